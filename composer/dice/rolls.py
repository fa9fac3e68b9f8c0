"""What the dice show: thrown, written down, and checked where somebody names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.dice.tables import COLUMNS, FACES
from composer.errors import RequestError, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from composer.dice.form import Row
    from composer.dice.games import Game
    from composer.dice.tables import Table

_MOST_DICE = 2
_AS_WRITTEN = frozenset(text for number in range(1, _MOST_DICE * FACES + 1) for text in (f"{number}", f"{number:02}"))


@dataclass(frozen=True, slots=True)
class Rolls:
    """Sums of the dice, one for each bar of each dance and trio, in order.

    Attributes:
        numbers: Each 1 to 12.
    """

    numbers: tuple[int, ...]

    def __str__(self) -> str:
        """As people write them: 7 3 11."""
        return " ".join(map(str, self.numbers))


def parse_rolls(text: str) -> Rolls:
    """Rolls as people write them, with spaces or commas between them.

    Raises:
        RequestError: If they are no numbers that dice can show.
    """
    words = text.replace(",", " ").replace(";", " ").split()
    for word in words:
        if word not in _AS_WRITTEN:
            raise RequestError(
                f"{quoted(word)} is no roll of the dice; write numbers from 1 to 12 such as 7 3 11",
                reason="no_roll",
                values={"word": quoted(word)},
            )
    if not words:
        raise RequestError("no rolls were given; write numbers from 1 to 12 such as 7 3 11")
    return Rolls(tuple(map(int, words)))


def throw(game: Game, row: Row, rng: np.random.Generator) -> Rolls:
    """Throw the dice for every bar of every dance in a row."""
    thrown = (rng.integers(1, FACES + 1, (COLUMNS, table.dice)).sum(axis=1) for table in _tables(game, row))
    return Rolls(tuple(int(number) for numbers in thrown for number in numbers))


def check_rolls(rolls: Rolls, game: Game, row: Row) -> None:
    """Refuse what the dice of a game cannot show.

    Args:
        rolls: As many as the row takes.
        game: Game that is played.
        row: Dances that they choose the bars of.

    Raises:
        RequestError: Naming the first roll that is out of range, and the range.
    """
    for place, (table, number) in enumerate(zip(_for_each_bar(game, row), rolls.numbers, strict=True), 1):
        if number not in table.rolls:
            dice = "two dice" if table.dice > 1 else "one die"
            lowest, *_, highest = table.rolls
            raise RequestError(
                f"roll {place} must be {lowest} to {highest}, which {dice} can show in a {table.name}, not {number}",
                reason="roll_range",
                values={"place": place, "lowest": lowest, "highest": highest, "number": number},
            )


def by_table(rolls: Rolls, game: Game, row: Row) -> list[tuple[Table, tuple[int, ...]]]:
    """For every dance and trio of a row in order: its table, and the roll of each of its `COLUMNS` bars."""
    return [
        (table, rolls.numbers[number * COLUMNS : (number + 1) * COLUMNS])
        for number, table in enumerate(_tables(game, row))
    ]


def _tables(game: Game, row: Row) -> Iterator[Table]:
    for dance in row.dances:
        yield from game.tables[: dance.tables]


def _for_each_bar(game: Game, row: Row) -> Iterator[Table]:
    for table in _tables(game, row):
        yield from [table] * COLUMNS
