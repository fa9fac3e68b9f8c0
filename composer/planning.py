"""Exactly as long as asked: metre, tempo and number of bars, and a tempo map that slows down at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.conditions import Conditions, style_class, tempo_class
from composer.score import TICKS_PER_QUARTER, Key, Metre, Mode, Tempo

if TYPE_CHECKING:
    import numpy as np

    from composer.request import Request

RELEASE_SECONDS = 0.35
"""Between the end of the last note and the end of the audio, in which its sound dies away."""

_METRES = {Metre(4, 4): 0.36, Metre(3, 4): 0.3, Metre(2, 4): 0.14, Metre(6, 8): 0.16, Metre(2, 2): 0.04}
"""How often each metre is chosen where none is asked for: roughly as in the corpus."""

_MAJOR_SHARE = 0.6
_TEMPO_MEAN, _TEMPO_DEVIATION = 92.0, 20.0
_SLOWEST_CHOICE, _FASTEST_CHOICE = 60.0, 138.0
_DENSITIES = (0.0, 0.08, 0.2, 0.32, 0.28, 0.12)
"""How often each density class is asked for, thin to dense."""

_KEYS = {
    Mode.MAJOR: (0, 2, 3, 5, 7, 8, 9, 10),
    Mode.MINOR: (0, 2, 4, 5, 6, 7, 9, 11),
}
"""Tonics that lie well under the hands."""

_RITARDANDO = (0.97, 0.92, 0.84, 0.72)
"""Share of the tempo in the beats before the last bar; the last bar keeps the last."""

_FORM_BARS = 4
_FORM_TOLERANCE = 0.16
_TEMPO_TOLERANCE = 0.03
_FEWEST_BARS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What is settled before the first note.

    Attributes:
        metre: Of all bars.
        bars: Their number.
        key: To stand in.
        beats_per_minute: The felt tempo, before the ritardando.
        tempos: The tempo map, in quarters.
        conditions: What the network is asked for.
    """

    metre: Metre
    bars: int
    key: Key
    beats_per_minute: float
    tempos: tuple[Tempo, ...]
    conditions: Conditions


def plan(request: Request, rng: np.random.Generator) -> Plan:
    """Settle what the request leaves open, so that the last note ends `RELEASE_SECONDS` before the time is up.

    Every draw is made whether it is needed or not, so that asking for one thing changes only that thing.
    """
    drawn_metre = tuple(_METRES)[rng.choice(len(_METRES), p=list(_METRES.values()))]
    mode = Mode.MAJOR if rng.random() < _MAJOR_SHARE else Mode.MINOR
    drawn_key = Key(int(rng.choice(_KEYS[mode])), mode)
    drawn_tempo = min(max(rng.normal(_TEMPO_MEAN, _TEMPO_DEVIATION), _SLOWEST_CHOICE), _FASTEST_CHOICE)
    density = 1 + int(rng.choice(len(_DENSITIES), p=_DENSITIES))
    metre = request.metre or drawn_metre
    key = request.key or drawn_key
    seconds = request.seconds - RELEASE_SECONDS
    wanted = request.tempo or drawn_tempo
    bars = _bars(metre, wanted, seconds, free=request.tempo is None)
    if request.metre is None and _miss(metre, bars, seconds, wanted) > _TEMPO_TOLERANCE and request.tempo:
        metre, bars = _best_metre(wanted, seconds)
    tempo = _tempo(metre, bars, seconds)
    quarters = tempo * metre.beat_ticks / TICKS_PER_QUARTER
    return Plan(
        metre=metre,
        bars=bars,
        key=key,
        beats_per_minute=tempo,
        tempos=_tempo_map(metre, bars, quarters),
        conditions=Conditions(
            style=style_class(request.style),
            mode=1 + key.mode,
            tempo=tempo_class(quarters, metre),
            density=density,
        ),
    )


def _best_metre(wanted: float, seconds: float) -> tuple[Metre, int]:
    """Where the asked tempo leaves no whole bars of the drawn metre: the common metre that comes nearest."""
    choices = [(metre, _bars(metre, wanted, seconds, free=False)) for metre in _METRES]
    return min(choices, key=lambda choice: _miss(choice[0], choice[1], seconds, wanted))


def _bars(metre: Metre, wanted: float, seconds: float, *, free: bool) -> int:
    """The number of bars whose tempo comes nearest to the wanted one; whole phrases where tempo is free."""
    ideal = wanted / _tempo(metre, 1, seconds)
    around = range(max(_FEWEST_BARS, int(ideal) - _FORM_BARS), int(ideal) + _FORM_BARS + 1)
    phrases = [
        bars for bars in around if bars % _FORM_BARS == 0 and _miss(metre, bars, seconds, wanted) <= _FORM_TOLERANCE
    ]
    return min(phrases if free and phrases else around, key=lambda bars: _miss(metre, bars, seconds, wanted))


def _miss(metre: Metre, bars: int, seconds: float, wanted: float) -> float:
    """By what share of the wanted tempo `bars` bars miss it."""
    return abs(_tempo(metre, bars, seconds) / wanted - 1)


def _tempo(metre: Metre, bars: int, seconds: float) -> float:
    """Felt beats a minute at which `bars` bars with their ritardando fill `seconds`."""
    beats = metre.bar_ticks / metre.beat_ticks
    lost = sum(span / share - span for span, share in _slowing(metre, bars))
    return (bars * beats + lost) * 60 / seconds


def _slowing(metre: Metre, bars: int) -> list[tuple[float, float]]:
    """(beats, share of the tempo) from where the ritardando begins to the end; none in very short pieces."""
    if bars < _FORM_BARS:
        return []
    before = [(1.0, share) for share in _RITARDANDO[:-1]]
    return [*before, (metre.bar_ticks / metre.beat_ticks, _RITARDANDO[-1])]


def _tempo_map(metre: Metre, bars: int, quarters: float) -> tuple[Tempo, ...]:
    slowing = _slowing(metre, bars)
    start = bars * metre.bar_ticks - round(sum(span for span, _ in slowing) * metre.beat_ticks)
    tempos = [Tempo(0, quarters)]
    for span, share in slowing:
        tempos.append(Tempo(start, quarters * share))
        start += round(span * metre.beat_ticks)
    return tuple(tempos)
