"""Files of models that come with no worker: in parts in the database, and whole again where somebody works."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, select

from bot.storage.dialects.link import tell
from bot.storage.tables import model
from bot.storage.worker_tables import model_part

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection

    from bot.storage.database import Database

PART_BYTES = 1_000_000
"""Bytes of a part: one row is read and sent as a whole."""

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A model file in the database.

    Attributes:
        name: Name of the model.
        version: Version of it.
        sha256: SHA-256 of the whole, in hex.
    """

    name: str
    version: int
    sha256: str


class ModelFiles:
    """The files in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def kept(self) -> list[KeptFile]:
        """All that are there, by name and version."""
        return await self._database.read(_kept)

    async def keep(self, name: str, version: int, data: bytes) -> None:
        """Put a file there, in the place of one of the same name and version."""

        def unit(connection: Connection) -> None:
            connection.execute(delete(model_part).where(_is((name, version))))
            parts = [data[start : start + PART_BYTES] for start in range(0, len(data), PART_BYTES)]
            rows = [{"name": name, "version": version, "part": n, "data": part} for n, part in enumerate(parts)]
            connection.execute(model_part.insert(), rows)
            tell(connection, "models")

        await self._database.write(unit)

    async def drop(self, keys: Collection[Key]) -> None:
        """Delete files."""

        def unit(connection: Connection) -> None:
            for key in keys:
                connection.execute(delete(model_part).where(_is(key)))
            tell(connection, "models")

        await self._database.write(unit)

    async def read(self, file: KeptFile) -> bytes | None:
        """The file, put together and checked; None if it was taken away or is not what was noted."""
        query = select(model_part.c.data).where(_is((file.name, file.version))).order_by(model_part.c.part)
        parts = await self._database.read(lambda connection: list(connection.scalars(query)))
        data = b"".join(parts)
        return data if hashlib.sha256(data).hexdigest() == file.sha256 else None


def _kept(connection: Connection) -> list[KeptFile]:
    first = and_(model_part.c.name == model.c.name, model_part.c.version == model.c.version, model_part.c.part == 0)
    query = select(model.c.name, model.c.version, model.c.sha256).join(model_part, first)
    return [KeptFile(*row) for row in connection.execute(query.order_by(model.c.name, model.c.version))]


def _is(key: Key) -> ColumnElement[bool]:
    return and_(model_part.c.name == key[0], model_part.c.version == key[1])
