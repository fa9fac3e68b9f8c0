"""The plan of a piece that goes on from given music."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from composer.errors import RequestError
from composer.music.given import GivenMusic, Theme, Treatment
from composer.music.score import TICKS_PER_QUARTER, Key, Metre, Mode, Note, Part, Score, Tempo
from composer.planning.form import FORMS, recalled_bars
from composer.planning.theme_plan import FEWEST_NEW_BARS, new_bars, plan_theme, recalled_in, usual_options
from composer.request import Request
from composer.styles.table import STYLES


@pytest.mark.parametrize("metre", [Metre(4, 4), Metre(3, 8), Metre(7, 8), Metre(3, 2), Metre(12, 8)], ids=str)
@pytest.mark.parametrize("quarters", [25.0, 60.0, 150.0, 390.0])
def test_given_music_keeps_its_tempo_however_quick_or_slow(metre, quarters):
    notes = tuple(Note(bar * metre.bar_ticks, metre.bar_ticks, 60, 80, Part.MELODY) for bar in range(8))
    score = Score(notes, metre, 8, Key(0, Mode.MAJOR), (Tempo(0, quarters),))
    theme = Theme(music=GivenMusic(score=score, style="piano"))

    plan = plan_theme(theme, Request(seed=1, **usual_options(theme)), np.random.default_rng(1))

    assert plan.beats_per_minute * metre.beat_ticks / TICKS_PER_QUARTER == pytest.approx(quarters, rel=0.06)
    assert new_bars(theme, plan.bars) >= FEWEST_NEW_BARS


@pytest.mark.parametrize("style", STYLES)
def test_networks_go_on_from_pieces_in_any_style(style):
    notes = tuple(Note(beat * 24, 24, 60, 80, Part.MELODY) for beat in range(32))
    theme = Theme(music=GivenMusic(score=Score(notes, Metre(4, 4), 8, Key(0, Mode.MAJOR)), style=style))

    assert not STYLES[usual_options(theme)["style"]].engines


def test_sections_that_return_recall_what_is_new_and_the_others_what_was_given():
    notes = tuple(Note(beat * 24, 24, pitch, 80, Part.MELODY) for beat in range(32) for pitch in (60, 67))
    score = Score(notes, Metre(4, 4), 8, Key(0, Mode.MAJOR), (Tempo(0, 100.0),))
    theme = Theme(music=GivenMusic(score=score, style="piano"))
    plan = plan_theme(theme, Request(seed=1, seconds=58.0), np.random.default_rng(1))

    for form in range(len(FORMS)):
        recalled = recalled_in(theme, replace(plan, form=form))
        own = recalled_bars(plan.bars - 8, form)
        assert recalled[:8] == (None,) * 8
        for bar, (found, inside) in enumerate(zip(recalled[8:], own, strict=True)):
            assert found == 8 + inside if inside is not None else found is None or found < 8 + bar
    assert any(bar is not None and bar >= 8 for bar in recalled_in(theme, plan))


def refused(theme: Theme, **asked: object) -> str:
    wished = {"seed": 1, **usual_options(theme), **asked}
    with pytest.raises(RequestError) as error:
        plan_theme(theme, Request(**wished), np.random.default_rng(1))
    return error.value.reason


@pytest.mark.parametrize(
    ("treatment", "style"),
    [(Treatment.CONTINUATION, "piano"), (Treatment.VARIATION, "quartet"), (Treatment.ACCOMPANIMENT, "band")],
)
def test_drums_alone_are_refused_where_a_melody_is_needed_or_no_part_has_drums(treatment, style):
    strokes = tuple(Note(beat * 24, 6, 38, 80, Part.DRUMS) for beat in range(32))
    score = Score(strokes, Metre(4, 4), 8, Key(0, Mode.MAJOR), (Tempo(0, 100.0),))

    assert (
        refused(Theme(music=GivenMusic(score=score, style="band"), treatment=treatment), style=style) == "given_silent"
    )


def test_melody_that_is_longer_than_any_piece_is_not_told_to_be_left_out():
    notes = tuple(Note(bar * 96, 96, 60, 80, Part.MELODY) for bar in range(200))
    score = Score(notes, Metre(4, 4), 200, Key(0, Mode.MAJOR), (Tempo(0, 120.0),))
    music = GivenMusic(score=score, style="song")

    assert refused(Theme(music=music, treatment=Treatment.ACCOMPANIMENT)) == "given_overlong"
    assert refused(Theme(music=music)) == "given_fills"
