"""Who works on a piece elsewhere, and until when: by the database's clock alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, select, update

from bot.domain.generation import GenerationState
from bot.storage import rows
from bot.storage.dialects.link import tell
from bot.storage.dialects.moments import moment_in
from bot.storage.tables import generation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.generation import Generation
    from bot.storage.database import Database

HANDED_OUT = "handed out"
"""Stands in the place of a lease while a piece waits for a worker."""


@dataclass(frozen=True, slots=True)
class Handed:
    """How a piece stands that was handed out.

    Attributes:
        state: State of its row.
        progress: How far it is, such as "9/24"; None before the first bar.
        is_held: Whether somebody works on it whose lease holds.
        is_out: Whether it is still a worker's, or waits for one.
        error: Code of what broke in the worker's hands; None if nothing did.
        reference: Reference of that in the worker's log.
    """

    state: GenerationState
    progress: str | None
    is_held: bool
    is_out: bool
    error: str | None
    reference: str | None


class Leases:
    """The leases of workers on pieces."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # The bot's side.

    async def standing(self, numbers: Collection[int]) -> dict[int, Handed]:
        """How pieces stand; those that are gone are left out."""
        held = and_(generation.c.lease_until > moment_in(0), generation.c.lease != HANDED_OUT)
        out = generation.c.lease_until.is_not(None)
        columns = [generation.c[name] for name in ("state", "progress", "error", "reference", "number")]
        query = select(*columns, case((held, 1), else_=0).label("is_held"), out.label("is_out"))
        query = query.where(generation.c.number.in_(numbers))

        def unit(connection: Connection) -> dict[int, Handed]:
            return {
                row.number: Handed(
                    GenerationState(row.state), row.progress, bool(row.is_held), bool(row.is_out), row.error,
                    row.reference,
                )
                for row in connection.execute(query)
            }  # fmt: skip

        return await self._database.ask(unit)

    async def take_back(self, number: int, *, lease: str) -> Generation | None:
        """Work on a piece oneself that nobody works on any more; None if somebody does."""

        def unit(connection: Connection) -> Generation | None:
            values = {"lease": lease, "lease_until": None, "error": None, "reference": None}
            return rows.change(connection, generation.c.number == number, _OUT, LAPSED, **values)

        return await self._database.change(unit)

    # The worker's side.

    async def take(self, number: int, *, lease: str, seconds: float) -> Generation | None:
        """Work on a piece that waits for a worker, or whose worker let its lease lapse; None if there is no such.

        The second begin of a piece and all later ones count as attempts: it may be what kills workers.
        """

        def unit(connection: Connection) -> Generation | None:
            again = case((generation.c.lease == HANDED_OUT, 0), else_=1)
            values: dict[str, Any] = {
                "lease": lease,
                "lease_until": moment_in(seconds),
                "attempts": generation.c.attempts + again,
                "started_at": moment_in(0),
                "progress": None,
            }
            return rows.change(connection, generation.c.number == number, COMPOSING, LAPSED, **values)

        return await self._database.change(unit)

    async def renew(self, leases: Mapping[int, str], progress: Mapping[int, str], *, seconds: float) -> set[int]:
        """Hold leases for so many seconds more, and note how far pieces are; the numbers of those that still hold.

        Args:
            leases: Leases by number of the piece.
            progress: Progress such as "9/24", by number.
            seconds: Seconds for which they hold from now.
        """

        def unit(connection: Connection) -> set[int]:
            held = set()
            for number, lease in leases.items():
                values = {"lease_until": moment_in(seconds), "progress": progress.get(number)}
                if change(connection, _held(number, lease), **values):
                    held.add(number)
            return held

        return await self._database.write(unit)

    async def finish(self, number: int, *, lease: str) -> bool:
        """Hand a composed piece over; whether the lease still held."""
        return await self._let_go(number, lease, [GenerationState.COMPOSED], lease=None, lease_until=None)

    async def give_back(self, number: int, *, lease: str, counted: bool) -> bool:
        """Let another worker make a piece; `counted` says whether that was an attempt."""
        attempts = generation.c.attempts + (1 if counted else 0)
        values = {"lease": HANDED_OUT, "lease_until": moment_in(0), "attempts": attempts}
        return await self._let_go(number, lease, [GenerationState.COMPOSING], **values)

    async def give_up(self, number: int, *, lease: str, error: str, reference: str) -> bool:
        """Say what broke, so that the bot that has the piece lets it fail; whether the lease still held."""
        values = {"lease": None, "lease_until": None, "error": error, "reference": reference}
        return await self._let_go(number, lease, [GenerationState.COMPOSING], **values)

    async def _let_go(self, number: int, held: str, states: Collection[GenerationState], /, **values: Any) -> bool:  # noqa: ANN401 - columns'
        def unit(connection: Connection) -> bool:
            mine = and_(_held(number, held), generation.c.state.in_(list(states)))
            done = change(connection, mine, **values)
            tell(connection, f"changed:{number}")
            return done

        return await self._database.change(unit)


COMPOSING: ColumnElement[bool] = generation.c.state == GenerationState.COMPOSING
_OUT: ColumnElement[bool] = generation.c.state.in_([GenerationState.COMPOSING, GenerationState.COMPOSED])
LAPSED: ColumnElement[bool] = generation.c.lease_until <= moment_in(0)


def _held(number: int, lease: str) -> ColumnElement[bool]:
    return and_(generation.c.number == number, generation.c.lease == lease, generation.c.lease_until.is_not(None))


def change(connection: Connection, which: ColumnElement[bool], /, **values: object) -> bool:
    """Change the row that is so, inside a unit of work; whether there was one."""
    return connection.execute(update(generation).where(which).values(**values)).rowcount > 0
