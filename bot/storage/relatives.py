"""Families of pieces: by Another, Change or Try again, or going on from another one's music."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from bot.domain.generation import THERE, GenerationState
from bot.storage import rows
from bot.storage.learning import battle_rows
from bot.storage.tables import generation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from bot.domain.generation import Generation
    from bot.storage.database import Database

MOST_ANCESTORS = 20
MOST_DESCENDANTS = 100
"""Pieces of a family that are looked up; beyond, the tree is cut."""


@dataclass(frozen=True, slots=True)
class Relative:
    """One piece of a family.

    Attributes:
        number: Number of the piece.
        depth: Generations below the oldest ancestor, from 0.
        generation: Its row; None where it was deleted.
    """

    number: int
    depth: int
    generation: Generation | None


class Relatives:
    """The families of pieces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, number: int) -> list[Relative]:
        """The family of a piece: its ancestors, itself, and its descendants, each below what it came from.

        Pieces that failed or were cancelled are left out: what came from them came from what they came from. What is
        on the way is left out, too.
        """
        return await self._database.read(lambda connection: list(_family(connection, number)))

    async def children(self, number: int, *, limit: int = 10) -> list[Generation]:
        """The pieces that are there and go on from that one, oldest first."""
        query = rows.select_generations().where(generation.c.parent == number, generation.c.state.in_(list(THERE)))
        query = query.order_by(generation.c.number).limit(limit)
        return await self._database.read(
            lambda connection: [rows.to_generation(row) for row in connection.execute(query).mappings()]
        )


def _family(connection: Connection, number: int) -> Iterator[Relative]:
    above = _ancestors(connection, number)
    for depth, (ancestor, found) in enumerate(reversed(above)):
        yield Relative(ancestor, depth, found)
    yield Relative(number, len(above), rows.find(connection, number))
    yield from _Descendants(connection).below(number, len(above) + 1)


def _ancestors(connection: Connection, number: int) -> list[tuple[int, Generation | None]]:
    """What it came from, nearest first."""
    found: list[tuple[int, Generation | None]] = []
    origin = _origin(rows.find(connection, number))
    while origin is not None and len(found) < MOST_ANCESTORS:
        row = rows.find(connection, origin)
        if row is None or row.state is GenerationState.DELETED:
            found.append((origin, None))
        elif row.state in THERE:
            found.append((origin, row))
        origin = _origin(row)
    return found


def _origin(row: Generation | None) -> int | None:
    if row is None:
        return None
    # What is another of a piece that goes on from given music goes on from the same.
    return row.another_of if row.another_of is not None else row.parent


class _Descendants:
    """Looks them up, until there are too many."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._left = MOST_DESCENDANTS

    def below(self, number: int, depth: int) -> Iterator[Relative]:
        """Those of a piece, in the order of a tree."""
        gone: dict[int, list[Generation]] = {}
        for child in self._children(number):
            missing = child.another_of if child.another_of != number else None
            if missing is None:
                yield from self._with_descendants(child, depth)
            elif not self._knows(missing):
                gone.setdefault(missing, []).append(child)
        for missing, children in gone.items():
            yield Relative(missing, depth, None)
            for child in children:
                yield from self._with_descendants(child, depth + 1)

    def _with_descendants(self, child: Generation, depth: int) -> Iterator[Relative]:
        if self._left <= 0:
            return
        self._left -= 1
        shown = child.state in THERE
        if shown:
            yield Relative(child.number, depth, child)
        yield from self.below(child.number, depth + shown)

    def _children(self, number: int) -> list[Generation]:
        """What came from a piece at once, and what is another of such a piece, oldest first."""
        came: Any = or_(generation.c.another_of == number, generation.c.parent == number)
        query = (
            rows.select_generations()
            .where(came, ~battle_rows.in_open_battle())
            .order_by(generation.c.number)
            .limit(MOST_DESCENDANTS)
        )
        return [rows.to_generation(row) for row in self._connection.execute(query).mappings()]

    def _knows(self, number: int) -> bool:
        query = select(generation.c.number).where(generation.c.number == number)
        return self._connection.scalar(query.where(generation.c.state != GenerationState.DELETED)) is not None
