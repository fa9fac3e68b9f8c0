"""What a piece is called, and the line below it that shows the rolls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.dice.rolls import by_table
from composer.dice.tables import STRAIN
from composer.titles import join_title

if TYPE_CHECKING:
    from composer.dice.form import Row
    from composer.dice.games import Game
    from composer.dice.rolls import Rolls
    from composer.music.score import Key


def make_title(game: Game, row: Row, key: Key) -> str:
    """The title, after its dances and its key: "Minuet and trio in D major"."""
    return join_title(_form(game, row), key)


def _form(game: Game, row: Row) -> str:
    first, *others = row.dances
    if others:
        return f"Suite of {len(row.dances)} {game.dances}"
    if first.skipped > STRAIN:
        return f"Close of a {game.dance}"
    return f"{game.dance.capitalize()} and trio" if first.tables > 1 else game.dance.capitalize()


def make_remark(game: Game, row: Row, rolls: Rolls) -> str:
    """Whose bars they are and what the dice showed, for every dance and trio in order."""
    thrown = [f"{table.name} {' '.join(map(str, numbers))}" for table, numbers in by_table(rolls, game, row)]
    return f"{game.credit}. Dice: {', '.join(thrown)}"
