"""The workers that there are, by what they said last; when that was, the database's clock says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from bot.domain.worker_line import WorkerLine
from bot.storage.dialects.link import tell
from bot.storage.dialects.moments import moment_in
from bot.storage.worker_tables import worker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from bot.storage.database import Database

_FORGOTTEN_AFTER = 3600.0
"""Seconds after which a worker that says nothing is known no more."""


class WorkerRegister:
    """The register of workers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, line: WorkerLine) -> None:
        """Say that a worker is there, and what it can."""
        said = {"host": line.host, "threads": line.threads, "busy": line.busy, "renders": line.renders}
        values: dict[str, object] = {**said, "engines": dict(line.engines), "speeds": dict(line.speeds)}
        now = {"seen_at": moment_in(0)}

        def unit(connection: Connection) -> None:
            before = connection.execute(select(worker).where(worker.c.name == line.name)).mappings().first()
            if before is None:
                connection.execute(worker.insert().values(name=line.name, started_at=moment_in(0), **values, **now))
            else:
                connection.execute(update(worker).where(worker.c.name == line.name).values(**values, **now))
            if before is None or any(before[name] != value for name, value in values.items()):
                tell(connection, "worker")
            connection.execute(delete(worker).where(worker.c.seen_at < moment_in(-_FORGOTTEN_AFTER)))

        await self._database.write(unit)

    async def sign_off(self, name: str) -> None:
        """Forget a worker that ends."""

        def unit(connection: Connection) -> None:
            connection.execute(delete(worker).where(worker.c.name == name))
            tell(connection, "worker")

        await self._database.write(unit)

    async def present(self, *, within: float) -> list[WorkerLine]:
        """The workers that said something within so many seconds, by host and name."""
        query = select(worker).where(worker.c.seen_at >= moment_in(-within)).order_by(worker.c.host, worker.c.name)

        def line(row: Mapping[str, object]) -> WorkerLine:
            return WorkerLine(**{name: row[name] for name in WorkerLine.__dataclass_fields__})  # type: ignore[arg-type]

        return await self._database.read(
            lambda connection: [line(dict(row)) for row in connection.execute(query).mappings()]
        )
