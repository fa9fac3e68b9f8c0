"""Exactly as long as asked: metre, tempo and number of bars, and a tempo map that slows down at the end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from composer.models.learned_preferences import NONE
from composer.music.fluctuation import pink_noise
from composer.music.score import TICKS_PER_QUARTER, Key, Metre, Mode, Tempo
from composer.planning.form import FORMS
from composer.styles.statistics import DEVIATION
from composer.styles.table import STYLES
from composer.tokens.conditions import Conditions, style_class, tempo_class
from composer.weighted_draw import draw_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from composer.models.learned_preferences import LearnedPreferences
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

_RITARDANDO = (0.97, 0.92, 0.84, 0.72)
"""Share of the tempo in the beats before the last bar; the last bar keeps the last."""

_ARCH = (0.0, 0.02, 0.015, -0.025)
"""By what share of the tempo each bar of a phrase is faster or slower (cf. Todd 1985, "A Model of Expressive
Timing in Tonal Music"), in a phrase of medium depth."""

_DRIFT, _JITTER = 0.06, 0.035
"""Deviations of the logarithm of a beat's tempo, beside the arch: as 1/f, and from beat to beat alone.

Together beats differ from the one before by 5 % (median); live pianists by 9 %, hand-made sequences by 3 %.
"""

_BEATS = 1024
"""Beats after which the drift comes again: five minutes at the fastest tempo that is drawn are fewer."""

_FORM_BARS = 4
_FORM_TOLERANCE = 0.16
_TEMPO_TOLERANCE = 0.03
_FEWEST_BARS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What is settled before the first note.

    Attributes:
        metre: Metre of all bars.
        bars: Number of bars.
        key: Key of the piece.
        beats_per_minute: Felt tempo, before the ritardando.
        tempos: Tempo map, in quarters a minute.
        conditions: Conditions that a network is asked for.
        form: Index of one of `composer.planning.form.FORMS`.
        free: Whether there is neither metre nor key: then metre, bars, key and tempo only count time, see
            `composer.music.free_score`.
    """

    metre: Metre
    bars: int
    key: Key
    beats_per_minute: float
    tempos: tuple[Tempo, ...]
    conditions: Conditions
    form: int = 0
    free: bool = False


def plan_piece(
    request: Request,
    rng: np.random.Generator,
    preferences: LearnedPreferences = NONE,
    *,
    bars: int | None = None,
    tempo: float | None = None,
) -> Plan:
    """Settle what the request leaves open, so that the last note ends `RELEASE_SECONDS` before the time is up.

    Every draw is made whether it is needed or not, so that asking for one thing changes only that thing.

    Args:
        request: Options that were asked for.
        rng: Random generator; decides what is not asked for.
        preferences: What raters of the engine's pieces like; it tilts the draws.
        bars: Number of bars, where it is settled; else the tempo decides it.
        tempo: About how many felt beats a minute, where it is settled: quicker or slower than may be asked for, too.
    """
    usual = STYLES[request.style].statistics
    choice = _draw_choice(usual, rng, preferences)
    metre, fitting, time = _fit_bars(request, tempo or request.tempo, usual, choice, preferences)
    bars = bars or fitting
    key = request.key or choice.key
    played = time.tempo(metre, bars)
    quarters = played * metre.beat_ticks / TICKS_PER_QUARTER
    pace = tempo_class(quarters, metre)
    densities = preferences.densities(usual.within(metre).densities_at(pace))
    conditions = Conditions(
        style=style_class(request.style),
        mode=1 + key.mode,
        tempo=pace,
        density=_drawn(dict(enumerate(densities, 1)), choice.thicker),
        rating=preferences.rating,
    )
    tempos = time.tempos(metre, bars, quarters)
    return Plan(metre, bars, key, beats_per_minute=played, tempos=tempos, conditions=conditions, form=choice.form)


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
    # The order of the draws is part of what a seed means.
    metre = _drawn({metre: own.weight for metre, own in usual.metres.items()}, rng.random())
    mode = Mode.MINOR if rng.random() < preferences.share_of_minor(usual.minor) else Mode.MAJOR
    key = Key(int(rng.choice(_KEYS[mode])), mode)
    faster, thicker = rng.normal(), rng.random()
    form = int(rng.integers(len(FORMS)))
    drift = _DRIFT * pink_noise(rng, _BEATS) + _JITTER * rng.normal(size=_BEATS)
    # The first beat has the tempo of the piece, which is what is written over it.
    drift[0] = 0
    depths = rng.uniform(0, 2, _BEATS)
    return _Choice(metre, key, faster, thicker, form, drift, depths)


def _fit_bars(
    request: Request, tempo: float | None, usual: StyleStatistics, choice: _Choice, preferences: LearnedPreferences
) -> tuple[Metre, int, _TimePlan]:
    """Metre and number of bars that fill the time at about the wanted tempo, and the time itself."""
    metre = request.metre or choice.metre
    mean = preferences.mean_tempo(usual.within(metre).tempo, DEVIATION)
    wanted = tempo or min(max(mean + DEVIATION * choice.faster, _SLOWEST_CHOICE), _FASTEST_CHOICE)
    time = _TimePlan(request.seconds - RELEASE_SECONDS, usual.breath, choice.drift, choice.depths)
    bars = time.bars(metre, wanted, free=tempo is None)
    if request.metre is None and tempo and time.miss(metre, bars, wanted) > _TEMPO_TOLERANCE:
        metre, bars = _best_metre(usual.metres, wanted, time)
    return metre, bars, time


def _drawn(weights: Mapping[_T, float], lot: float) -> _T:
    """The key that a lot falls on."""
    return list(weights)[draw_one(list(weights.values()), lot)]


def _best_metre(metres: Iterable[Metre], wanted: float, time: _TimePlan) -> tuple[Metre, int]:
    """Where the asked tempo leaves no whole bars of the drawn metre: the usual metre that comes nearest."""
    choices = [(metre, time.bars(metre, wanted, free=False)) for metre in metres]
    return min(choices, key=lambda choice: time.miss(choice[0], choice[1], wanted))


@dataclass(frozen=True, slots=True)
class _TimePlan:
    """Seconds to be filled, and how the tempo fluctuates in them.

    `breath` is how much it does (1 is usual, 0 is as a clock), `drift` is by beat, and `depths` is by phrase.
    """

    seconds: float
    breath: float
    drift: NDArray[np.float64]
    depths: NDArray[np.float64]

    def bars(self, metre: Metre, wanted: float, *, free: bool) -> int:
        """The number of bars whose tempo comes nearest to the wanted one; whole phrases where tempo is free."""
        ideal = wanted / self.tempo(metre, 1)
        around = range(max(_FEWEST_BARS, int(ideal) - _FORM_BARS), int(ideal) + _FORM_BARS + 1)
        phrases = [
            bars for bars in around if bars % _FORM_BARS == 0 and self.miss(metre, bars, wanted) <= _FORM_TOLERANCE
        ]
        return min(phrases if free and phrases else around, key=lambda bars: self.miss(metre, bars, wanted))

    def miss(self, metre: Metre, bars: int, wanted: float) -> float:
        """By what share of the wanted tempo `bars` bars miss it."""
        return abs(self.tempo(metre, bars) / wanted - 1)

    def tempo(self, metre: Metre, bars: int) -> float:
        """Felt beats a minute at which `bars` bars, breathing and slowing down, fill the time."""
        return sum(span / share for span, share in self._course(metre, bars)) * 60 / self.seconds

    def tempos(self, metre: Metre, bars: int, quarters: float) -> tuple[Tempo, ...]:
        """The tempo map at `quarters` a minute, with a tempo only where it changes."""
        found: list[Tempo] = []
        beats = 0.0
        for span, share in self._course(metre, bars):
            if not found or found[-1].quarters_per_minute != quarters * share:
                found.append(Tempo(round(beats * metre.beat_ticks), quarters * share))
            beats += span
        return tuple(found)

    def _course(self, metre: Metre, bars: int) -> list[tuple[float, float]]:
        """(beats, share of the tempo) from beginning to end; very short pieces keep their tempo."""
        whole = metre.bar_ticks / metre.beat_ticks
        if bars < _FORM_BARS:
            return [(bars * whole, 1.0)]
        slowing = [*((1.0, share) for share in _RITARDANDO[:-1]), (whole, _RITARDANDO[-1])]
        left = bars * whole - sum(span for span, _ in slowing)
        beats = range(round(left))
        breathing = [(1.0, self._share(beat, int(beat // whole))) for beat in beats]
        return breathing + slowing

    def _share(self, beat: int, bar: int) -> float:
        """Share of the tempo in a beat."""
        phrase, inside = divmod(bar, _FORM_BARS)
        arch = float(self.depths[phrase % _BEATS]) * _ARCH[inside]
        return math.exp(self.breath * (float(self.drift[beat % _BEATS]) + arch))
