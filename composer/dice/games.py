"""The games that can be played: whose they are, which tables they use and how fast their dances go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from composer.dice.tables import Table, load_table
from composer.errors import unknown_name


@dataclass(frozen=True, kw_only=True)
class Game:
    """A printed game.

    Attributes:
        name: Name by which people ask for it.
        dance: Kind of its dance, as it stands in titles.
        dances: The same for more than one.
        credit: Line that says whose the bars are, as far as is known.
        beats_per_minute: Tempo in felt beats. The prints give none; this is usual for the dance.
        table_names: Tables in `tables.json`: the dance, and the trio where the game has one.
    """

    name: str
    dance: str
    dances: str
    credit: str
    beats_per_minute: float
    table_names: tuple[str, ...]

    @property
    def has_trio(self) -> bool:
        """Whether a second dance stands in the middle of the first."""
        return len(self.table_names) > 1

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The table of the dance, and of the trio where there is one; both have one metre."""
        return tuple(load_table(name) for name in self.table_names)


_MOZART = "Bars printed as Mozart's"

GAMES = {
    game.name: game
    for game in (
        Game(
            name="minuet",
            dance="minuet",
            dances="minuets",
            credit="Bars by Maximilian Stadler",
            beats_per_minute=112,
            table_names=("stadler-minuet", "stadler-trio"),
        ),
        Game(
            name="waltz",
            dance="waltz",
            dances="waltzes",
            credit=_MOZART,
            beats_per_minute=150,
            table_names=("mozart-waltz",),
        ),
        Game(
            name="contredanse",
            dance="contredanse",
            dances="contredanses",
            credit=_MOZART,
            beats_per_minute=110,
            table_names=("mozart-contredanse",),
        ),
        Game(
            name="kirnberger",
            dance="minuet",
            dances="minuets",
            credit="Bars by Johann Philipp Kirnberger",
            beats_per_minute=112,
            table_names=("kirnberger-minuet", "kirnberger-trio"),
        ),
    )
}
"""Every game by its name."""


def find_game(name: str) -> Game:
    """The game of that name, in upper or lower case.

    Raises:
        RequestError: If there is none; it names the nearest, or all of them.
    """
    plain = name.strip().lower()
    if plain not in GAMES:
        raise unknown_name("a game", name, list(GAMES))
    return GAMES[plain]
