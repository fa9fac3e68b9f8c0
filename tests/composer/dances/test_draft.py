"""Reels, jigs and rags: parts of eight bars that come twice, and what goes with them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from composer.dances.draft import draft_dance, draft_rag, plan_tune
from composer.grammar.lots import Lots
from composer.music.score import Metre, Note, Part, Score
from composer.request import Request

REEL, JIG = Metre(2, 2), Metre(6, 8)


def drafted(seed: int, style: str = "folk", **options):
    rng = np.random.default_rng(seed)
    plan = plan_tune(Request(style=style, seed=seed, **options), rng)
    return plan, (draft_rag if style == "ragtime" else draft_dance)(plan, Lots(rng, 0.5))


def bars_of(notes: tuple[Note, ...], part: Part, bar: int) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for note in notes:
        if note.part is part:
            found.setdefault(note.start // bar, []).append((note.start % bar, note.pitch))
    return found


@pytest.mark.parametrize("style", ["folk", "ragtime"])
@pytest.mark.parametrize("seconds", [30, 61, 180])
def test_an_open_tempo_gives_whole_parts_each_of_them_twice(style, seconds):
    plan, draft = drafted(4, style, seconds=seconds)
    over = plan.bars % 8
    bars = bars_of(draft.score.notes, Part.MELODY, plan.metre.bar_ticks)

    assert over in {0, 4}
    first, again = ([bars[over + place + repeat] for place in range(7)] for repeat in (0, 8))
    assert first == again


@pytest.mark.parametrize("metre", [REEL, JIG])
@pytest.mark.parametrize("seed", range(5))
def test_a_dance_moves_in_eighths_within_reach_of_a_fiddle_and_parts_end_on_the_tonic(seed, metre):
    plan, draft = drafted(seed, seconds=60, metre=metre)
    melody = [note for note in draft.score.notes if note.part is Part.MELODY]
    bars = bars_of(draft.score.notes, Part.MELODY, metre.bar_ticks)
    moves = [abs(after.pitch - before.pitch) for before, after in pairwise(melody)]

    assert draft.title.startswith("Jig in " if metre == JIG else "Reel in ")
    assert {note.start % 12 for note in melody} == {0}
    assert all(55 <= note.pitch <= 91 for note in melody)
    assert sum(move <= 4 for move in moves) > 0.6 * len(moves)
    assert {bars[last][-1][1] % 12 for last in range(plan.bars % 8 + 7, plan.bars, 8)} == {plan.key.tonic}


@pytest.mark.parametrize("seed", range(3))
def test_a_rag_is_syncopated_over_a_left_hand_that_is_not(seed):
    plan, draft = drafted(seed, "ragtime", seconds=60)
    left = [note for note in draft.score.notes if note.part is Part.ACCOMPANIMENT]
    right = [note for note in draft.score.notes if note.part is Part.MELODY]
    beat = plan.metre.beat_ticks
    over_the_beat = [note for note in right if note.start % beat == beat * 3 // 4 and note.duration >= 12]

    assert plan.metre == Metre(2, 4)
    assert {note.start % beat for note in left} == {0, beat // 2}
    assert max(note.pitch for note in left if note.start % beat == 0) < 60
    assert len(over_the_beat) > plan.bars // 4


def _onsets(score: Score) -> list[int]:
    return sorted({note.start for note in score.notes if note.part is Part.MELODY})


@pytest.mark.parametrize("style", ["folk", "ragtime"])
@pytest.mark.parametrize("seconds", [5, 20])
def test_everybody_rests_on_the_tonic_at_the_end(style, seconds):
    plan, draft = drafted(3, style, seconds=seconds)
    last = draft.score.ticks - plan.metre.bar_ticks

    landing = [note for note in draft.score.notes if note.start >= last]
    assert {(note.start, note.end) for note in landing} == {(last, draft.score.ticks)}
    assert min(note.pitch for note in landing) % 12 == plan.key.tonic
    line = [max(note.pitch for note in draft.score.notes if note.start == start) for start in _onsets(draft.score)]
    assert abs(line[-1] - line[-2]) <= 6
