"""Performances -> the few patterns that a drummer keeps coming back to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.files import write_atomically
from composer.grooves.patterns import LOOP_BARS, METRE
from training.grooves.performances import performances

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from composer.grooves.patterns import Stroke
    from training.grooves.performances import Bar, Performance

STYLES = frozenset({"rock", "punk", "pop", "funk", "hiphop", "soul", "dance", "gospel", "country", "reggae"})
"""Styles of performances that suit a band."""

_KICK, _SNARES, _TOMS, _CRASH = 36, frozenset({37, 38}), frozenset({43, 45, 48}), 49
_FEWEST_BARS = 8
_STROKES = range(6, 25)
"""Strokes a bar: fewer are a pause, more are a solo."""

_STEADIEST = 48
"""Grooves that are kept: those of the performances whose bars are most alike."""

_ANOTHER = (0.25, 0.75)
"""Likeness between the two loops of a groove: another one, of the same kind."""

_BUSIEST_FILL = 24
_PHRASE = 4


@dataclass(frozen=True, slots=True)
class _Kept:
    steadiness: float
    record: dict[str, object]


def write(folder: Path, path: Path) -> int:
    """Write the patterns of the steadiest performances in the set's folder; how many those are.

    Raises:
        RequestError: If it is another folder, or no groove in it is steady enough.
        OutputError: If the file cannot be written.
    """
    found = [kept for performance in performances(folder) if (kept := _groove(performance)) is not None]
    if not found:
        raise RequestError(f"no groove is steady enough in {folder}; name the folder of the Groove MIDI Dataset")
    steadiest = sorted(found, key=lambda kept: -kept.steadiness)[:_STEADIEST]
    records = sorted((kept.record for kept in steadiest), key=lambda record: (record["bpm"], record["name"]))
    lines = ",\n".join(json.dumps(record, separators=(",", ":")) for record in records)
    write_atomically(path, f"[\n{lines}\n]\n".encode())
    return len(records)


def _groove(performance: Performance) -> _Kept | None:
    """What is kept of a performance; None where it has no loop or no fill."""
    bars = [{place: velocity for place, velocity in bar.items() if place[1] != _CRASH} for bar in performance.bars]
    pairs = [(bars[at], bars[at + 1]) for at in range(0, len(bars) - LOOP_BARS + 1, LOOP_BARS)]
    loops = [pair for pair in pairs if all(map(_is_groove, pair))]
    fills = [bar for bar in bars[_PHRASE - 1 :: _PHRASE] if _toms(bar) and len(bar) <= _BUSIEST_FILL]
    if performance.style not in STYLES or len(bars) < _FEWEST_BARS or not loops or not fills:
        return None
    steadiness, main = max(((_steadiness(pair, pairs), pair) for pair in loops), key=itemgetter(0))
    low, high = _ANOTHER
    others = [pair for pair in loops if low <= _likeness(pair, main) <= high]
    another = max(others, key=lambda pair: _steadiness(pair, pairs), default=main)
    chosen = [main] if another is main else [main, another]
    record = {
        "name": performance.name,
        "bpm": performance.beats_per_minute,
        "loops": [_written(loop) for loop in chosen],
        "fill": _written([max(fills, key=lambda bar: (_toms(bar), -len(bar)))]),
    }
    return _Kept(steadiness, record)


def _is_groove(bar: Bar) -> bool:
    keys = {key for _, key in bar}
    return _KICK in keys and bool(keys & _SNARES) and len(bar) in _STROKES


def _steadiness(pair: Sequence[Bar], pairs: Iterable[Sequence[Bar]]) -> float:
    """How like the other pairs a pair is, and its second bar the first."""
    return _mean(_likeness(pair, other) for other in pairs) + _likeness(pair[:1], pair[1:])


def _toms(bar: Bar) -> int:
    return sum(key in _TOMS for _, key in bar)


def _likeness(one: Sequence[Bar], other: Sequence[Bar]) -> float:
    """Mean Jaccard index of the bars of two patterns."""
    return _mean(len(a.keys() & b.keys()) / max(1, len(a.keys() | b.keys())) for a, b in zip(one, other, strict=True))


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def _written(bars: Sequence[Bar]) -> list[Stroke]:
    return sorted(
        (number * METRE.bar_ticks + tick, key, velocity)
        for number, bar in enumerate(bars)
        for (tick, key), velocity in bar.items()
    )
