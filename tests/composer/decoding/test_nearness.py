from __future__ import annotations

from dataclasses import replace

import pytest

from composer.decoding.nearness import departure_cost
from composer.decoding.ranking import choose_candidate
from composer.engine import Candidate
from composer.models.choosing import Choosing
from composer.music.analysis import shifted
from composer.music.given import GivenMusic, Theme, Treatment
from composer.music.score import Key, Metre, Mode, Note, Part, Score

GIVEN = Score(
    tuple(
        Note(at * 24, 24, pitch + at * 5 % 12, 80, part)
        for at in range(32)
        for pitch, part in ((60, Part.MELODY), (48, Part.ACCOMPANIMENT))
    ),
    Metre(4, 4),
    8,
    Key(0, Mode.MAJOR),
)
ALONE = Theme(music=GivenMusic(score=GIVEN, style="piano"), alone=True)


def moved(score: Score, semitones: int) -> Score:
    return replace(score, notes=tuple(replace(note, pitch=note.pitch + semitones) for note in score.notes))


def joined(score: Score) -> Score:
    return replace(GIVEN, notes=(*GIVEN.notes, *shifted(score.notes, GIVEN.ticks)), bars=GIVEN.bars + score.bars)


def test_a_continuation_costs_the_more_the_farther_it_leaves_density_and_register():
    sparse = replace(GIVEN, notes=GIVEN.notes[::2])

    assert departure_cost(GIVEN, ALONE, "piano") == 0
    assert 0 < departure_cost(moved(GIVEN, 6), ALONE, "piano") < departure_cost(moved(GIVEN, 12), ALONE, "piano")
    assert departure_cost(sparse, ALONE, "piano") > 0


def test_what_is_new_costs_alike_whether_the_given_music_is_heard_before_it_or_not():
    high = moved(GIVEN, 7)

    before = departure_cost(joined(high), replace(ALONE, alone=False), "piano")

    assert before == pytest.approx(departure_cost(high, ALONE, "piano"))


def test_variations_other_styles_and_what_joins_a_lone_voice_are_free():
    high = moved(GIVEN, 24)
    voice = replace(GIVEN, notes=GIVEN.notes[::2])

    assert departure_cost(high, ALONE, "quartet") == 0
    assert departure_cost(high, replace(ALONE, treatment=Treatment.VARIATION), "piano") == 0
    assert departure_cost(high, Theme(music=GivenMusic(score=voice, style="piano"), alone=True), "piano") == 0


def test_of_candidates_the_one_near_to_the_given_music_is_kept():
    candidates = [Candidate(moved(GIVEN, 24), 1.0), Candidate(GIVEN, 1.0)]

    assert choose_candidate(candidates, Choosing(), "piano", lot=0.5)[0] is candidates[0]
    assert choose_candidate(candidates, Choosing(), "piano", lot=0.5, theme=ALONE)[0] is candidates[1]
