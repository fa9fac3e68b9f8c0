"""The plan of a piece that goes on from given music."""

from __future__ import annotations

import numpy as np
import pytest

from composer.music.given import GivenMusic, Theme
from composer.music.score import TICKS_PER_QUARTER, Key, Metre, Mode, Note, Part, Score, Tempo
from composer.planning.theme_plan import FEWEST_NEW_BARS, new_bars, plan_theme, usual_options
from composer.request import Request


@pytest.mark.parametrize("metre", [Metre(4, 4), Metre(3, 8), Metre(7, 8), Metre(3, 2), Metre(12, 8)], ids=str)
@pytest.mark.parametrize("quarters", [25.0, 60.0, 150.0, 390.0])
def test_given_music_keeps_its_tempo_however_quick_or_slow(metre, quarters):
    notes = tuple(Note(bar * metre.bar_ticks, metre.bar_ticks, 60, 80, Part.MELODY) for bar in range(8))
    score = Score(notes, metre, 8, Key(0, Mode.MAJOR), (Tempo(0, quarters),))
    theme = Theme(music=GivenMusic(score=score, style="piano"))

    plan = plan_theme(theme, Request(seed=1, **usual_options(theme)), np.random.default_rng(1))

    assert plan.beats_per_minute * metre.beat_ticks / TICKS_PER_QUARTER == pytest.approx(quarters, rel=0.06)
    assert new_bars(theme, plan.bars) >= FEWEST_NEW_BARS
