"""A blues as a whole: its bars, its band and its tune."""

from __future__ import annotations

import numpy as np
import pytest

from composer.blues.draft import draft_blues
from composer.blues.plan import plan_blues
from composer.grammar.lots import Lots
from composer.music.score import Part
from composer.request import Request


def drafted(seed: int, **options):
    rng = np.random.default_rng(seed)
    plan = plan_blues(Request(style="blues", seed=seed, **options), rng)
    return plan, draft_blues(plan, Lots(rng, 0.5))


@pytest.mark.parametrize("seconds", [12, 30, 60, 100, 180, 300])
def test_an_open_tempo_gives_whole_choruses(seconds):
    for seed in range(5):
        plan, _ = drafted(seed, seconds=seconds)

        assert plan.bars % 12 in {0, 2, 4} or plan.bars == 8
        assert 40 <= plan.beats_per_minute <= 200


@pytest.mark.parametrize("seconds", [5, 20, 60])
@pytest.mark.parametrize("tempo", [None, 77.0])
def test_everybody_lands_on_the_tonic(seconds, tempo):
    plan, draft = drafted(3, seconds=seconds, tempo=tempo)
    last = draft.score.ticks - plan.metre.bar_ticks

    landing = [note for note in draft.score.notes if note.start >= last]
    assert {note.start for note in landing} == {last}
    assert min(note.pitch for note in landing if note.part is Part.BASS) % 12 == plan.key.tonic
    assert all(note.end <= draft.score.ticks for note in draft.score.notes)


def test_the_head_comes_again_at_the_end():
    plan, draft = drafted(1, seconds=100, tempo=120.0)
    bar = plan.metre.bar_ticks
    melody = [note for note in draft.score.notes if note.part is Part.MELODY]

    def chorus(number: int) -> list[tuple[int, int]]:
        first = (plan.bars % 12 + 12 * number) * bar
        return [(n.start - first, n.pitch) for n in melody if first <= n.start < first + 2 * bar]

    assert plan.bars >= 36
    assert chorus(0) == chorus(plan.bars // 12 - 1)
    assert chorus(0) != chorus(1)


def test_off_beats_are_swung():
    _, draft = drafted(2, seconds=60, tempo=100.0)
    inside = {note.start % 24 for note in draft.score.notes if note.part is Part.MELODY}

    assert inside <= {0, 16}
