"""Words and signs beside the notes: dynamics, hairpins, tempo, numerals, octave lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from composer.notation.tempo_words import slowing_of
from composer.performance.expression import BALANCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.music.numerals import Numeral
    from composer.music.score import Metre, Note, Score
    from composer.notation.clefs import Clef

WORDS, DYNAMICS, WEDGE, OCTAVES = "words", "dynamics", "wedge", "octave-shift"
"""Kinds of directions."""

_LEVELS = ((28, "ppp"), (40, "pp"), (54, "p"), (67, "mp"), (82, "mf"), (98, "f"), (112, "ff"))
_LOUDEST = "fff"

_CLEAR = 7
"""By so much velocity a bar must lie beyond the border of its mark to get another one."""

_SWELL = 12
"""Velocity by which a hairpin's bars rise or fall at least."""


@dataclass(frozen=True, slots=True, order=True)
class Direction:
    """A word or sign.

    Attributes:
        tick: Tick from the beginning of its bar.
        kind: One of the kinds above.
        text: Words, dynamics' letters, or what a line does: crescendo, diminuendo, stop; down, up, stop.
        above: Whether it stands above the staff.
        size: Of an octave line: 8.
    """

    tick: int
    kind: str
    text: str
    above: bool = False
    size: int = 0


def dynamic_of(velocity: float) -> str:
    """The letters for so loud a note."""
    return next((letters for below, letters in _LEVELS if velocity < below), _LOUDEST)


def dynamics_of(notes: Sequence[Note], metre: Metre, bars: int) -> dict[int, list[Direction]]:
    """Dynamics and hairpins of a player, by bar: letters where the loudness lasts, hairpins where it moves."""
    loud = _loudness(notes, metre, bars)
    found: dict[int, list[Direction]] = {}
    swells = list(_swells(loud))
    inside = {bar for first, last in swells for bar in range(first + 1, last)}
    ends = {last for _, last in swells}
    mark = ""
    for bar, level in enumerate(loud):
        if level is None or bar in inside:
            continue
        letters = dynamic_of(level)
        lasting = bar + 1 >= bars or (following := loud[bar + 1]) is None or dynamic_of(following) == letters
        clear = _is_clear(level, mark) and bar < bars - 1
        if not mark or (letters != mark and clear and (lasting or bar in ends)):
            found.setdefault(bar, []).append(Direction(0, DYNAMICS, letters))
            mark = letters
    for first, last in swells:
        rises = (loud[last] or 0) > (loud[first] or 0)
        found.setdefault(first, []).append(Direction(0, WEDGE, "crescendo" if rises else "diminuendo"))
        # It ends before the bar line, so that none of it stands on the next line; a last one at the end of the piece.
        end = last if last == bars - 1 else last - 1
        found.setdefault(end, []).append(Direction(metre.bar_ticks - 1, WEDGE, "stop"))
    return {bar: sorted(own, key=lambda mark: mark.tick) for bar, own in found.items()}


def _is_clear(level: float, mark: str) -> bool:
    """Whether a loudness is clearly another than a mark's."""
    return dynamic_of(level - _CLEAR) != mark and dynamic_of(level + _CLEAR) != mark


def _loudness(notes: Sequence[Note], metre: Metre, bars: int) -> list[float | None]:
    """Mean velocity of the notes in three bars around each, as loud as they were meant; None where it is silent."""
    velocities: list[list[int]] = [[] for _ in range(bars)]
    for note in notes:
        velocities[note.start // metre.bar_ticks].append(note.velocity - BALANCE[note.part])
    means = [sum(own) / len(own) if own else None for own in velocities]
    return [None if mean is None else _smoothed(means, bar) for bar, mean in enumerate(means)]


def _smoothed(means: Sequence[float | None], bar: int) -> float:
    """Mean of a bar, which counts twice, and of those beside it."""
    beside = [(means[at], 1 + (at == bar)) for at in range(max(bar - 1, 0), min(bar + 2, len(means)))]
    heard = [(mean, weight) for mean, weight in beside if mean is not None]
    return sum(mean * weight for mean, weight in heard) / sum(weight for _, weight in heard)


def _swells(loud: Sequence[float | None]) -> Iterator[tuple[int, int]]:
    """(first, last) bar of each stretch of three bars and more that only rises or only falls, by enough."""
    moves = [_direction(loud, bar) for bar in range(1, len(loud))]
    bar = 0
    for move, run in groupby(moves):
        last = bar + len(list(run))
        start, end = loud[bar], loud[last]
        if move and last - bar > 1 and start is not None and end is not None and abs(end - start) >= _SWELL:
            yield bar, last
        bar = last


def _direction(loud: Sequence[float | None], bar: int) -> int:
    """Whether a bar is louder than the one before, 1, softer, -1, or as loud."""
    before, now = loud[bar - 1], loud[bar]
    if before is None or now is None or abs(now - before) < 1:
        return 0
    return 1 if now > before else -1


def octave_lines(clefs: Sequence[Clef], metre: Metre) -> dict[int, list[Direction]]:
    """Where 8va and 8vb begin and stop, by bar: they stop after its last note, as MuseScore reads no offsets there."""
    found: dict[int, list[Direction]] = {}
    shifts = [0, *(clef.shift for clef in clefs), 0]
    for bar, (before, now) in enumerate(pairwise(shifts)):
        if before and before != now:
            found.setdefault(bar - 1, []).append(Direction(metre.bar_ticks, OCTAVES, "stop", before > 0, 8))
        if now and before != now and bar < len(clefs):
            found.setdefault(bar, []).insert(0, Direction(0, OCTAVES, "down" if now > 0 else "up", now > 0, 8))
    return found


def slowing(score: Score) -> tuple[int, Direction] | None:
    """Bar and mark of the "rit." at the end; None where the tempo stays."""
    found = slowing_of(score)
    if found is None or found.start >= score.ticks:
        return None
    bar, tick = divmod(found.start, score.metre.bar_ticks)
    return bar, Direction(tick, WORDS, "rit.", above=True)


def numerals_of(numerals: Sequence[Numeral], metre: Metre) -> dict[int, list[Direction]]:
    """Roman numerals below the lowest staff, by bar."""
    found: dict[int, list[Direction]] = {}
    for numeral in numerals:
        bar, tick = divmod(numeral.start, metre.bar_ticks)
        found.setdefault(bar, []).append(Direction(tick, WORDS, numeral.text))
    return found
