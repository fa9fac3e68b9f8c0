"""The printed games: for every bar of a dance a column of ready-made bars, one for each roll of the dice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypedDict

from composer.music.score import Key, Metre, Mode, Note, Part

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = 16
"""Bars of every dance: two strains of eight, each of which is repeated."""

STRAIN = 8

FACES = 6

_LOUDNESS = 74
"""Velocity of all notes: the prints have no dynamics. Players' accents are added later."""


@dataclass(frozen=True, slots=True)
class PrintedBar:
    """A bar as printed; notes start at ticks of the bar.

    Attributes:
        notes: Notes of both hands.
        second_ending: Notes of both hands where the bar ends its strain for good; None where the print has one ending.
    """

    notes: tuple[Note, ...]
    second_ending: tuple[Note, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A dance's table of numbers with the bars that they name.

    Attributes:
        name: Kind of its dance.
        dice: Number of dice that are thrown for each bar, 1 or 2.
        metre: Metre of all bars.
        key: Key of the dance.
        numbers: Shape (rolls, COLUMNS): printed numbers of bars, by roll from the lowest and by bar of the dance.
        bars: Bar by its printed number.
    """

    name: str
    dice: int
    metre: Metre
    key: Key
    numbers: tuple[tuple[int, ...], ...]
    bars: Mapping[int, PrintedBar]

    @property
    def rolls(self) -> range:
        """What the dice can show: 2 to 12 with two of them, 1 to 6 with one."""
        return range(self.dice, self.dice * FACES + 1)

    def bar(self, column: int, roll: int) -> PrintedBar:
        """The bar that a roll chooses.

        Args:
            column: Bar of the dance, from 0.
            roll: Sum of the dice, one of `rolls`.
        """
        return self.bars[self.numbers[roll - self.dice][column]]


class _TableJson(TypedDict):
    dice: int
    metre: str
    key: str
    table: list[list[int]]
    bars: dict[str, dict[str, str]]


@cache
def load_table(name: str) -> Table:
    """A table of `tables.json` by its name there."""
    text = (files("composer.dice") / "tables.json").read_text(encoding="utf-8")
    table: _TableJson = json.loads(text)["tables"][name]
    upper, lower = map(int, table["metre"].split("/"))
    letter, mode = table["key"].split()
    return Table(
        name=name.partition("-")[2],
        dice=table["dice"],
        metre=Metre(upper, lower),
        key=Key({"C": 0, "D": 2, "G": 7}[letter], Mode[mode.upper()]),
        numbers=tuple(map(tuple, table["table"])),
        bars={int(number): _bar(hands) for number, hands in table["bars"].items()},
    )


def _bar(hands: dict[str, str]) -> PrintedBar:
    right = _hand(hands["R"], Part.MELODY)
    second = hands.get("L2")
    return PrintedBar(
        notes=(*right, *_hand(hands["L"], Part.ACCOMPANIMENT)),
        second_ending=None if second is None else (*right, *_hand(second, Part.ACCOMPANIMENT)),
    )


def _hand(text: str, part: Part) -> tuple[Note, ...]:
    """The notes of one hand. Two voices that meet on one key are one note there."""
    places = (map(int, place.split(":")) for place in dict.fromkeys(text.split()))
    return tuple(Note(start, duration, pitch, _LOUDNESS, part) for start, duration, pitch in places)
