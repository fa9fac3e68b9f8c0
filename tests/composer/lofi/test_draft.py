"""Lo-fi goes round in slow loops of seventh chords, over a groove that somebody played."""

from __future__ import annotations

import numpy as np
import pytest

from composer.grammar.lots import Lots
from composer.grooves.patterns import grooves
from composer.lofi.draft import FASTEST, SLOWEST, draft_lofi, plan_lofi
from composer.music.score import Note, Part
from composer.request import Request

EIGHTH, SWUNG = 12, 8
BAR = 96


def drafted(seed: int, seconds: float = 60):
    plan = plan_lofi(Request(style="lofi", seconds=seconds, seed=seed), np.random.default_rng(seed))
    return draft_lofi(plan, Lots(np.random.default_rng(seed), 0.5)), plan


@pytest.mark.parametrize("seconds", [30, 47.5, 120, 300])
@pytest.mark.parametrize("seed", range(4))
def test_it_is_slow_and_lasts_whole_loops(seed, seconds):
    plan = plan_lofi(Request(style="lofi", seconds=seconds, seed=seed), np.random.default_rng(seed))

    assert SLOWEST <= plan.beats_per_minute <= FASTEST
    assert plan.bars % 4 == 0 or seconds == 47.5


@pytest.mark.parametrize("seed", range(6))
def test_second_sixteenths_are_late_and_chords_have_four_tones_over_the_bass(seed):
    found, _ = drafted(seed)
    chords: dict[int, set[int]] = {}
    for note in found.score.notes:
        if note.part is Part.ACCOMPANIMENT:
            chords.setdefault(note.start, set()).add(note.pitch % 12)

    assert {note.start % EIGHTH for note in found.score.notes} <= {0, SWUNG}
    assert all(len(pitches) == 4 for pitches in chords.values())


@pytest.mark.parametrize("seed", range(6))
def test_the_groove_is_one_that_somebody_played(seed):
    found, plan = drafted(seed)
    straight = set(range(0, 2 * BAR, 6))
    played = [
        {(tick, key) for tick, key, _ in loop if tick in straight} for groove in grooves() for loop in groove.loops
    ]
    bars = {bar: strokes_of(found.score.notes, bar) for bar in range(plan.bars)}
    pairs = [bars[bar] | {(BAR + tick, key) for tick, key in bars[bar + 1]} for bar in range(0, plan.bars - 1, 2)]

    assert any(pair and pair in played for pair in pairs)


def strokes_of(notes: tuple[Note, ...], bar: int) -> set[tuple[int, int]]:
    """Straightened strokes of a bar."""
    strokes = ((note.start - bar * BAR, note.pitch) for note in notes if note.part is Part.DRUMS)
    return {(tick - 2 * (tick % EIGHTH == SWUNG), key) for tick, key in strokes if 0 <= tick < BAR}


def test_it_ends_on_the_tonic_without_drums_going_on():
    found, plan = drafted(2)
    last = [note for note in found.score.notes if note.start >= (plan.bars - 1) * BAR]

    assert min(note.pitch for note in last if note.part is not Part.DRUMS) % 12 == plan.key.tonic
    assert {note.start % BAR for note in last} == {0}
