"""Drums keep a pattern, with fills where a section ends."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from composer.grooves.drummer import keep_groove
from composer.grooves.patterns import grooves
from composer.music.measures import measure
from composer.music.score import Key, Metre, Mode, Note, Part, Score, Tempo
from composer.tokens.vocabulary import HIGHEST_DRUM, LOWEST_DRUM

METRE = Metre(4, 4)
KICK, SNARE, HIHAT, CRASH = 36, 38, 42, 49
SECTIONS = ((0, "A"), (8, "B"))


def restless(bars: int = 16, *, metre: Metre = METRE, silent: range = range(0), step: int = 6) -> Score:
    """A tune over a bass, with a drummer who never plays a bar twice."""
    rng = np.random.default_rng(3)
    bar = metre.bar_ticks
    places = rng.random((bars, bar // step, 3)) < 0.3
    strokes = [
        Note(number * bar + place * step, 6, key, 70, Part.DRUMS)
        for number in range(bars)
        if number not in silent
        for place in range(bar // step)
        for key, struck in zip((KICK, SNARE, HIHAT), places[number, place], strict=True)
        if struck
    ]
    pitched = [Note(start, step, 60 + start // step % 12, 70, Part.MELODY) for start in range(0, bars * bar, step)]
    bass = [Note(start, 24, 40, 70, Part.BASS) for start in range(0, bars * bar, 48)]
    return Score((*strokes, *pitched, *bass), metre, bars, Key(0, Mode.MAJOR), (Tempo(0, 110.0),))


def drums(score: Score, bars: range) -> list[tuple[int, int]]:
    bar = score.metre.bar_ticks
    return [
        (note.start % bar, note.pitch) for note in score.notes if note.part is Part.DRUMS and note.start // bar in bars
    ]


def test_neighbouring_bars_are_alike_as_in_music_by_people() -> None:
    before = restless()

    after = keep_groove(before, SECTIONS, lot=0.5)

    assert measure(before)["drum_returns"] < 0.3
    assert measure(after)["drum_returns"] > 0.5


def test_a_section_ends_with_a_fill_and_the_next_begins_with_a_crash() -> None:
    played = keep_groove(restless(), SECTIONS, lot=0.5)

    assert drums(played, range(2, 4)) == drums(played, range(4, 6))
    assert drums(played, range(7, 8)) != drums(played, range(5, 6))
    assert (0, CRASH) in drums(played, range(8, 9))
    assert drums(played, range(15, 16)) == [(0, CRASH), (0, KICK)]


def test_the_other_parts_stay() -> None:
    before = restless()

    after = keep_groove(before, SECTIONS, lot=0.5)

    assert [one for one in after.notes if one.part is not Part.DRUMS] == [
        one for one in before.notes if one.part is not Part.DRUMS
    ]


def test_a_drummer_plays_on_where_a_bar_was_left_out() -> None:
    assert drums(keep_groove(restless(silent=range(5, 8)), SECTIONS, lot=0.5), range(5, 6)) != []


def test_no_drums_come_where_none_were() -> None:
    assert drums(keep_groove(restless(silent=range(4, 8)), SECTIONS, lot=0.5), range(4, 8)) == []
    silent = restless(silent=range(16))
    assert keep_groove(silent, SECTIONS, lot=0.5) == silent


@pytest.mark.parametrize("metre", [Metre(3, 4), Metre(5, 4), Metre(2, 2)], ids=str)
def test_every_metre_has_a_pattern(metre: Metre) -> None:
    played = keep_groove(restless(metre=metre), SECTIONS, lot=0.5)

    assert drums(played, range(2, 4)) == drums(played, range(4, 6)) != []


def test_triplets_are_played_where_the_piece_has_them() -> None:
    def ticks(score: Score) -> set[int]:
        return {tick % 24 for tick, _ in drums(score, range(score.bars))}

    assert ticks(keep_groove(restless(step=8), SECTIONS, lot=0.9)) <= {0, 8, 16}
    assert ticks(keep_groove(restless(step=6), SECTIONS, lot=0.9)) <= {0, 6, 12, 18}


def test_lots_choose_among_grooves_near_the_tempo() -> None:
    slow, fast = (replace(restless(), tempos=(Tempo(0, tempo),)) for tempo in (70.0, 135.0))
    chosen = {tuple(keep_groove(slow, SECTIONS, lot).notes) for lot in np.linspace(0, 0.99, 12)}

    assert len(chosen) > 1
    assert keep_groove(slow, SECTIONS, 0.5) != replace(keep_groove(fast, SECTIONS, 0.5), tempos=slow.tempos)


def test_no_stroke_rings_into_the_next_one_on_its_drum() -> None:
    strokes = [note for note in keep_groove(restless(), SECTIONS, lot=0.5).notes if note.part is Part.DRUMS]

    for key in {note.pitch for note in strokes}:
        own = sorted(note for note in strokes if note.pitch == key)
        assert all(one.end <= other.start for one, other in itertools.pairwise(own))


def test_every_groove_can_be_written_in_tokens() -> None:
    for groove in grooves():
        strokes = [*groove.fill, *(stroke for loop in groove.loops for stroke in loop)]
        assert all(LOWEST_DRUM <= key <= HIGHEST_DRUM and 0 < velocity < 128 for _, key, velocity in strokes)
        assert {KICK, SNARE, 37} & {key for _, key, _ in strokes}


@pytest.mark.parametrize("lot", [0.1, 0.5, 0.9])
def test_drummer_waits_for_the_upbeat_and_strikes_it_where_nobody_else_does(lot: float) -> None:
    whole = restless(17)
    late = tuple(note for note in whole.notes if note.start >= 96 or (note.start >= 66 and note.part is Part.DRUMS))
    score = replace(whole, notes=(*late, Note(66, 6, SNARE, 70, Part.DRUMS)), opening=66)

    played = keep_groove(score, ((1, "A"), (9, "B")), lot=lot)

    assert played.notes[0].start == 66
    assert (0, CRASH) in drums(played, range(9, 10))
    assert drums(played, range(1, 2)) == drums(played, range(3, 4))


def test_drummer_of_given_music_plays_on_after_it() -> None:
    beat = tuple(
        Note(bar * 96 + place * 24, 6, key, 80, Part.DRUMS)
        for bar in range(8)
        for place, key in ((0, KICK), (1, HIHAT), (2, SNARE), (3, HIHAT if bar % 2 else KICK))
    )
    before = restless()
    given = replace(before, notes=(*beat, *(note for note in before.notes if note.start >= 8 * 96)))

    played = keep_groove(given, ((8, "A"),), lot=0.5, given_bars=8)

    assert drums(played, range(8)) == drums(given, range(8))
    assert all(drums(played, range(bar, bar + 1)) == drums(given, range(bar % 2, bar % 2 + 1)) for bar in range(8, 15))


def test_where_given_music_has_no_drums_a_groove_begins_after_it() -> None:
    played = keep_groove(restless(silent=range(8)), ((0, "A"), (8, "B")), lot=0.5, given_bars=8)

    assert not drums(played, range(8))
    assert drums(played, range(8, 10)) == drums(played, range(10, 12)) != []
