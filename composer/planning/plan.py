"""Exactly as long as asked: metre, tempo and number of bars, and a tempo map that slows down at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from composer.models.learned_preferences import NONE
from composer.music.fluctuation import pink_noise
from composer.music.score import TICKS_PER_QUARTER, Key, Metre, Mode, Tempo
from composer.planning.form import FORMS
from composer.planning.time_plan import DRIFTING_BEATS, TimePlan, UpbeatChoice
from composer.styles.statistics import DEVIATION
from composer.styles.table import STYLES
from composer.tokens.conditions import Conditions, style_class, tempo_class
from composer.weighted_draw import draw_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from composer.models.learned_preferences import LearnedPreferences
    from composer.music.chord_symbol import ChordChange
    from composer.request import Request
    from composer.styles.statistics import StyleStatistics

_T = TypeVar("_T")

RELEASE_SECONDS = 0.35
"""Between the end of the last note and the end of the audio, in which its sound dies away."""

_SLOWEST_CHOICE, _FASTEST_CHOICE = 54.0, 150.0
_KEYS = {
    Mode.MAJOR: (0, 2, 3, 5, 7, 8, 9, 10),
    Mode.MINOR: (0, 2, 4, 5, 6, 7, 9, 11),
}
"""Tonics that lie well under the hands."""

_DRIFT, _JITTER = 0.06, 0.035
"""Deviations of the logarithm of a beat's tempo, beside the arch: as 1/f, and from beat to beat alone.

Together beats differ from the one before by 5 % (median); live pianists by 9 %, hand-made sequences by 3 %.
"""

_TEMPO_TOLERANCE = 0.03


@dataclass(frozen=True, slots=True)
class Plan:
    """What is settled before the first note.

    Attributes:
        metre: Metre of all bars.
        bars: Number of bars, with that of the upbeat.
        key: Key of the piece.
        beats_per_minute: Felt tempo, before the ritardando.
        tempos: Tempo map, in quarters a minute.
        conditions: Conditions that a network is asked for.
        form: Index of one of `composer.planning.form.FORMS`.
        opening: Tick of the first bar at which the piece begins, with an upbeat; 0 without one.
        free: Whether there is neither metre nor key: then metre, bars, key and tempo only count time, see
            `composer.music.free_score`.
        chords: The chords of the piece in its key, in order, the first at tick 0; none leaves them to the engine.
    """

    metre: Metre
    bars: int
    key: Key
    beats_per_minute: float
    tempos: tuple[Tempo, ...]
    conditions: Conditions
    form: int = 0
    opening: int = 0
    free: bool = False
    chords: tuple[ChordChange, ...] = ()


def plan_piece(
    request: Request,
    rng: np.random.Generator,
    preferences: LearnedPreferences = NONE,
    *,
    bars: int | None = None,
    tempo: float | None = None,
    upbeat: int | None = 0,
    steady_bars: int = 0,
) -> Plan:
    """Settle what the request leaves open, so that the last note ends `RELEASE_SECONDS` before the time is up.

    Args:
        request: Options that were asked for.
        rng: Random generator; decides what is not asked for.
        preferences: What raters of the engine's pieces like; it tilts the draws.
        bars: Number of bars, with that of the upbeat, where it is settled; else the tempo decides it.
        tempo: About how many felt beats a minute, where it is settled: quicker or slower than may be asked for, too.
        upbeat: Ticks of the upbeat; None to draw whether there is one, and how long, as people's pieces have it.
        steady_bars: Whole bars at the beginning that keep one tempo, but for slowing down at the end.
    """
    usual = STYLES[request.style].statistics
    # A spawned generator takes no number from the other draws.
    before = UpbeatChoice(usual, upbeat, rng.spawn(1)[0].random() if upbeat is None else 0.0)
    choice = _draw_choice(usual, rng, preferences)
    metre, fitting, time = _fit_bars(request, tempo or request.tempo, choice, preferences, before, steady_bars)
    opening, key = time.opening(metre), request.key or choice.key
    whole = fitting if bars is None else bars - int(opening > 0)
    played = time.tempo(metre, whole)
    quarters = played * metre.beat_ticks / TICKS_PER_QUARTER
    return Plan(
        metre=metre,
        bars=whole + int(opening > 0),
        key=key,
        beats_per_minute=played,
        tempos=time.tempos(metre, whole, quarters),
        conditions=_conditions(request.style, metre, key, tempo_class(quarters, metre), choice.thicker, preferences),
        form=choice.form,
        opening=opening,
    )


def _conditions(
    style: str, metre: Metre, key: Key, pace: int, thicker: float, preferences: LearnedPreferences
) -> Conditions:
    """What a network is asked for in a class of tempo; a lot in [0, 1) decides the density."""
    densities = preferences.densities(STYLES[style].statistics.within(metre).densities_at(pace))
    return Conditions(
        style=style_class(style),
        mode=1 + key.mode,
        tempo=pace,
        density=_drawn(dict(enumerate(densities, 1)), thicker),
        rating=preferences.rating,
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was drawn for a piece, needed or not.

    `faster` is the tempo's distance from the usual one, in deviations. `thicker` is a lot in [0, 1) for the density,
    whose odds depend on the tempo. `drift` and `depths` are how the tempo fluctuates by beat and by phrase.
    """

    metre: Metre
    key: Key
    faster: float
    thicker: float
    form: int
    drift: NDArray[np.float64]
    depths: NDArray[np.float64]


def _draw_choice(usual: StyleStatistics, rng: np.random.Generator, preferences: LearnedPreferences) -> _Choice:
    # The order of the draws is part of what a seed means. All are made, so that asking for one thing changes only it.
    metre = _drawn({metre: own.weight for metre, own in usual.metres.items()}, rng.random())
    mode = Mode.MINOR if rng.random() < preferences.share_of_minor(usual.minor) else Mode.MAJOR
    key = Key(int(rng.choice(_KEYS[mode])), mode)
    faster, thicker = rng.normal(), rng.random()
    form = int(rng.integers(len(FORMS)))
    drift = _DRIFT * pink_noise(rng, DRIFTING_BEATS) + _JITTER * rng.normal(size=DRIFTING_BEATS)
    # The first beat has the tempo of the piece, which is what is written over it.
    drift[0] = 0
    depths = rng.uniform(0, 2, DRIFTING_BEATS)
    return _Choice(metre, key, faster, thicker, form, drift, depths)


def _fit_bars(
    request: Request,
    tempo: float | None,
    choice: _Choice,
    preferences: LearnedPreferences,
    upbeat: UpbeatChoice,
    steady_bars: int,
) -> tuple[Metre, int, TimePlan]:
    """Metre and number of whole bars that fill the time at about the wanted tempo, and the time itself."""
    usual = STYLES[request.style].statistics
    metre = request.metre or choice.metre
    mean = preferences.mean_tempo(usual.within(metre).tempo, DEVIATION)
    wanted = tempo or min(max(mean + DEVIATION * choice.faster, _SLOWEST_CHOICE), _FASTEST_CHOICE)
    time = TimePlan(request.seconds - RELEASE_SECONDS, usual.breath, choice.drift, choice.depths, upbeat, steady_bars)
    bars = time.bars(metre, wanted, free=tempo is None)
    if request.metre is None and tempo and time.miss(metre, bars, wanted) > _TEMPO_TOLERANCE:
        metre, bars = _best_metre(usual.metres, wanted, time)
    return metre, bars, time


def _drawn(weights: Mapping[_T, float], lot: float) -> _T:
    """The key that a lot falls on."""
    return list(weights)[draw_one(list(weights.values()), lot)]


def _best_metre(metres: Iterable[Metre], wanted: float, time: TimePlan) -> tuple[Metre, int]:
    """Where the asked tempo leaves no whole bars of the drawn metre: the usual metre that comes nearest."""
    choices = [(metre, time.bars(metre, wanted, free=False)) for metre in metres]
    return min(choices, key=lambda choice: time.miss(choice[0], choice[1], wanted))
