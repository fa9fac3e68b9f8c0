"""The plan of a piece that begins with given music, or is made of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from composer.errors import RequestError
from composer.models.learned_preferences import NONE
from composer.music.given import Treatment
from composer.music.score import Part
from composer.performance import instruments
from composer.planning.form import recalled_bars
from composer.planning.plan import RELEASE_SECONDS, plan_piece
from composer.planning.time_plan import seconds_of_slowing
from composer.request import LONGEST, SHORTEST
from composer.styles.table import STYLES
from composer.tokens.conditions import density_class

if TYPE_CHECKING:
    import numpy as np

    from composer.models.learned_preferences import LearnedPreferences
    from composer.music.given import GivenMusic, Theme
    from composer.music.score import Score
    from composer.planning.plan import Plan
    from composer.request import Request

FEWEST_NEW_BARS = 4
"""Bars that are new at least: fewer are no more than a cadence."""

_SHORTEST_SHARE = 0.8
"""Share of its own length to which a melody that is accompanied may be pressed, by a quicker tempo."""

_USUAL_LEAST = 20.0
"""Seconds that are new, where nobody says how long the piece is to be."""


def plan_theme(
    theme: Theme, request: Request, rng: np.random.Generator, preferences: LearnedPreferences = NONE
) -> Plan:
    """Settle a piece in metre, key and tempo of the given music, exactly as long as asked.

    Raises:
        RequestError: The asked length leaves no room for what is new, or nothing is there that the style can play.
    """
    _check_pitched(theme, request.style)
    score = theme.music.score
    tempo = score.beats_per_minute
    asked = replace(request, key=score.key, metre=score.metre)
    before = rng.bit_generator.state
    upbeat = 0 if theme.alone else theme.music.upbeat
    # The given music has the tempo that its player gave it; what is new comes and goes.
    steady = 0 if theme.alone else score.bars - score.upbeat_bars
    plan = plan_piece(asked, rng, preferences, tempo=tempo, upbeat=upbeat, steady_bars=steady)
    if new_bars(theme, plan.bars) < FEWEST_NEW_BARS:
        if theme.treatment is not Treatment.ACCOMPANIMENT or plan.bars < _SHORTEST_SHARE * score.bars:
            raise _too_short(theme)
        rng.bit_generator.state = before
        plan = plan_piece(asked, rng, preferences, bars=score.bars, tempo=tempo, upbeat=upbeat, steady_bars=steady)
    if is_one_voice(score):
        return plan  # one voice says nothing of how thick the style is to be
    return replace(plan, conditions=replace(plan.conditions, density=density_class(score)))


def _check_pitched(theme: Theme, style: str) -> None:
    """Refuse drums alone where there is a melody to be accompanied, or nobody who could play them."""
    accompanied = theme.treatment is Treatment.ACCOMPANIMENT
    if not accompanied and Part.DRUMS in STYLES[style].parts:
        return
    if all(note.part is Part.DRUMS for note in theme.music.score.notes):
        raise RequestError("there are no notes with a pitch in this file; give another one", reason="given_silent")


def is_one_voice(score: Score) -> bool:
    """Whether music is a melody alone, one note after the other."""
    onsets = {note.start for note in score.notes}
    return len(onsets) == len(score.notes) and all(note.part is Part.MELODY for note in score.notes)


def new_bars(theme: Theme, bars: int) -> int:
    """How many of a piece's bars are new."""
    return bars if theme.alone else bars - theme.music.score.bars


def bars_in_all(theme: Theme, plan: Plan) -> int:
    """How many bars a network reads and writes: those of the given music and those that are new."""
    return theme.music.score.bars + new_bars(theme, plan.bars)


def recalled_in(theme: Theme, plan: Plan) -> tuple[int | None, ...]:
    """For each bar of the given music and what follows the earlier bar that it recalls, or None.

    Within the given music nothing is prescribed. What goes on is a form of its own: sections that return recall what is
    new. The others recall the given music as the form of the whole has it, whose sections begin after an upbeat. Each
    bar of a variation recalls one of the theme.
    """
    given, bars = theme.music.score.bars, bars_in_all(theme, plan)
    if theme.treatment is Treatment.VARIATION:
        again = [(bar - given) % given for bar in range(given, bars - 2)]
        return (*(None for _ in range(given)), *again, None, None)
    whole = recalled_bars(bars, plan.form, upbeat_bars=theme.music.score.upbeat_bars)[given:]
    own = recalled_bars(bars - given, plan.form)
    new = (before if bar is None else given + bar for bar, before in zip(own, whole, strict=True))
    return (*(None for _ in range(given)), *new)


def usual_seconds(theme: Theme) -> float:
    """How long a piece is made where nobody says it: as long again as the given music, which it begins with."""
    own = seconds_of(theme.music)
    accompanied = theme.treatment is Treatment.ACCOMPANIMENT
    new = _seconds_of_slowing(theme.music.score) if accompanied else max(own, _USUAL_LEAST)
    return min(max(new + RELEASE_SECONDS + (0.0 if theme.alone else own), SHORTEST), LONGEST)


def usual_options(theme: Theme, *, style: str | None = None) -> dict[str, Any]:
    """Options by field, as given music has them where nobody says otherwise; another style has its own instrument.

    Music in a style of which networks know nothing goes on in the one that they know most like it.
    """
    instrument = theme.music.settings.get("instrument") if style in {None, theme.music.style} else None
    known = {known.name for known in instruments.INSTRUMENTS}
    return {
        "style": STYLES[theme.music.style].carried_on_as or theme.music.style,
        "instrument": instrument if instrument in known else None,
        "seconds": usual_seconds(theme),
    }


def describe_given(music: GivenMusic) -> str:
    """What was understood of given music, on one line for a terminal."""
    score = music.score
    others = music.bars_left_out
    left_out = f"; {others} other {'bar was' if others == 1 else 'bars were'} left out" if others else ""
    pace = f"{score.metre}, {score.beats_per_minute:.0f} bpm"
    return f"read {score.bars} bars of {music.style} in {score.key}, {pace}{left_out}"


def _seconds_of_slowing(score: Score) -> float:
    """How much longer given music lasts where its end is the piece's."""
    return seconds_of_slowing(score.metre, score.bars - score.upbeat_bars, score.beats_per_minute)


def seconds_of(music: GivenMusic) -> float:
    """How long given music lasts."""
    return music.score.seconds


def _too_short(theme: Theme) -> RequestError:
    own = 0.0 if theme.alone else seconds_of(theme.music)
    bar = seconds_of(theme.music) / theme.music.score.bars
    accompanied = theme.treatment is Treatment.ACCOMPANIMENT
    least = math.ceil(own if accompanied else own + RELEASE_SECONDS + (FEWEST_NEW_BARS + 1) * bar)
    if least > LONGEST and accompanied:
        return RequestError(
            f"this music lasts {own:.0f} s, and pieces {LONGEST:.0f} at most; give a shorter piece",
            reason="given_overlong",
            values={"seconds": round(own), "longest": round(LONGEST)},
        )
    if least > LONGEST:
        return RequestError(
            f"this music lasts {own:.0f} s by itself, so that nothing new has room in {LONGEST:.0f}; "
            "ask for what follows alone",
            reason="given_fills",
            values={"seconds": round(own), "longest": round(LONGEST)},
        )
    return RequestError(
        f"this music lasts {own:.0f} s by itself; ask for a length of {least} s or more, or for what follows alone",
        reason="given_outlasts",
        values={"seconds": round(own), "least": least},
    )
