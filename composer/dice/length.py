"""Exactly as long as asked: the row of dances whose tempo comes nearest the usual one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from composer.dice.form import Dance, Row
from composer.dice.tables import COLUMNS, STRAIN
from composer.errors import RequestError
from composer.planning.plan import RELEASE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.dice.games import Game

_SHORTEST_DANCE = 10.0
"""Seconds under which not even half a dance need be heard, but only its last bars."""

_LONGEST_DANCE = 130.0
"""Seconds over which other dances follow, with new rolls: a minuet with its trio and all repeats lasts 128.5."""

_FEWEST_BARS = 2
_PHRASE = 4

_DANCES = ("AB", "AABB")
_DANCES_WITH_TRIO = ("AB", "AABB", "ABabAB", "AABBabAB", "AABBaabbAB")
"""Strains of a dance by its length: one, two, three... times `COLUMNS` bars."""

_OTHER_DANCES = ("AAB", "AABBAB")
"""Strains of a dance that is played alone."""

_STRANGEST_TEMPO = 1.5
"""How many times faster or slower than wanted a dance may be for the sake of the number of rolls."""


def choose_row(game: Game, *, seconds: float, beats_per_minute: float | None = None, rolls: int | None = None) -> Row:
    """The row whose tempo comes nearest the wanted one.

    Args:
        game: Game that is played.
        seconds: Length of the audio.
        beats_per_minute: Wanted tempo in felt beats; None is the usual one of the dance.
        rolls: Number of rolls that the row has to take; None is any number.

    Raises:
        RequestError: If no row near that tempo takes so many rolls; it names the numbers that would do.
    """
    metre = game.tables[0].metre
    beats = (seconds - RELEASE_SECONDS) / 60 * (beats_per_minute or game.beats_per_minute)
    bars = beats * metre.beat_ticks / metre.bar_ticks

    def strangeness(row: Row) -> float:
        return max(row.bars / bars, bars / row.bars)

    ranked = sorted(_rows(game, seconds, bars), key=strangeness)
    near = [ranked[0], *(row for row in ranked[1:] if strangeness(row) <= _STRANGEST_TEMPO)]
    fitting = [row for row in near if rolls in {None, row.rolls}]
    if not fitting:
        numbers = sorted({row.rolls for row in near})
        raise RequestError(
            f"{seconds:g} seconds of {game.name} take {_joined(numbers)} rolls, not {rolls}",
            reason="number_of_rolls",
            values={"numbers": " / ".join(map(str, numbers)), "rolls": rolls},
        )
    return fitting[0]


def _joined(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers)
    return f"{', '.join(others)} or {last}" if others else last


def _rows(game: Game, seconds: float, bars: float) -> Iterator[Row]:
    """All rows that may be played for so long, about so many bars; of two equally long ones the better comes first."""
    dances = _DANCES_WITH_TRIO if game.has_trio else _DANCES
    if seconds < _SHORTEST_DANCE:
        yield from (_last_bars(number) for number in range(_FEWEST_BARS, STRAIN))
    if seconds <= _LONGEST_DANCE:
        yield from (_last_bars(number) for number in (STRAIN, STRAIN + _PHRASE))
        yield from (Row((Dance(strains),)) for strains in (*dances, *_OTHER_DANCES))
    if seconds > _LONGEST_DANCE or not game.has_trio:
        most = math.ceil(_STRANGEST_TEMPO * bars / COLUMNS) + 1
        yield from (_suite(units, dances) for units in range(2, most + 1))


def _last_bars(number: int) -> Row:
    return Row((Dance("AB", skipped=COLUMNS - number),))


def _suite(units: int, dances: Sequence[str]) -> Row:
    """As few dances as fill so many times `COLUMNS` bars, at least two, about equally long."""
    number = max(2, math.ceil(units / len(dances)))
    shorter, longer = divmod(units, number)
    lengths = [shorter + 1] * longer + [shorter] * (number - longer)
    return Row(tuple(Dance(dances[length - 1]) for length in lengths))
