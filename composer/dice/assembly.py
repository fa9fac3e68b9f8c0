"""Rolls -> a score: the bars that the dice chose, one after the other."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from composer.dice.rolls import by_table
from composer.music.score import KeyChange, Score

if TYPE_CHECKING:
    from collections.abc import Iterator

    from composer.dice.form import Row
    from composer.dice.games import Game
    from composer.dice.rolls import Rolls
    from composer.music.score import Key, Note, Tempo

_ECHO = 8
"""Velocity by which a strain is softer when it comes again at once."""


def assemble(game: Game, row: Row, rolls: Rolls, *, tempos: tuple[Tempo, ...]) -> Score:
    """The piece that the dice chose, in the printed keys.

    Args:
        game: Game that is played.
        row: Dances in order.
        rolls: As many as the row takes, each in the range of its table.
        tempos: Tempo map of the row.
    """
    metre = game.tables[0].metre
    bars = list(_bars(game, row, rolls))
    notes = (
        replace(note, start=number * metre.bar_ticks + note.start, velocity=note.velocity - softer)
        for number, (_, printed, softer) in enumerate(bars)
        for note in printed
    )
    keys = [key for key, _, _ in bars]
    changes = (KeyChange(bar * metre.bar_ticks, key) for bar, key in enumerate(keys) if bar and key != keys[bar - 1])
    return Score(tuple(notes), metre, row.bars, keys[0], tempos, tuple(changes))


def _bars(game: Game, row: Row, rolls: Rolls) -> Iterator[tuple[Key, tuple[Note, ...], int]]:
    """For every bar that is heard: its key, its notes, and by how much they are softer."""
    thrown = iter(by_table(rolls, game, row))
    for dance in row.dances:
        tables = list(islice(thrown, dance.tables))
        for step in dance.steps():
            table, numbers = tables[step.table]
            printed = table.bar(step.column, numbers[step.column])
            notes = printed.notes if step.returns or printed.second_ending is None else printed.second_ending
            yield table.key, notes, _ECHO * step.repeated
