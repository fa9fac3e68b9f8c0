"""Models as they were seen here: which files, from which parents, and which version composes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, select, update

from bot.storage import charts
from bot.storage.tables import model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.clock import Clock
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenModel:
    """A version of a model, as its file was when it was seen."""

    name: str
    version: int
    sha256: str
    metrics: Mapping[str, float]
    parent: int | None = None


class Registry:
    """What is known of models beside what their files say."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def seen(self, models: Sequence[SeenModel]) -> None:
        """Note the files that are installed; the newest of a name that was never seen goes live."""

        def unit(connection: Connection) -> None:
            for one in sorted(models, key=lambda one: (one.name, one.version)):
                self._note(connection, one)

        await self._database.write(unit)

    def _note(self, connection: Connection, one: SeenModel) -> None:
        key = and_(model.c.name == one.name, model.c.version == one.version)
        values = {"sha256": one.sha256, "metrics": dict(one.metrics)}
        if not connection.execute(update(model).where(key).values(**values)).rowcount:
            connection.execute(
                model.insert().values(
                    name=one.name,
                    version=one.version,
                    parent=one.parent,
                    seen_at=self._clock(),
                    promoted_at=self._clock(),
                    **values,
                )
            )

    async def live(self) -> dict[str, int]:
        """The version that was promoted last, of each name."""
        query = select(model.c.name, model.c.version).where(model.c.promoted_at.is_not(None))
        ordered = query.order_by(model.c.promoted_at, model.c.version)
        return await self._database.read(
            lambda connection: {row.name: row.version for row in connection.execute(ordered)}
        )

    async def promote(self, name: str, version: int) -> datetime:
        """Let a version compose from now on."""
        at = self._clock()
        change = update(model).where(model.c.name == name, model.c.version == version).values(promoted_at=at)
        await self._database.write(lambda connection: connection.execute(change))
        return at

    async def scores(self) -> dict[str, tuple[float, int]]:
        """Bayesian mean and number of ratings, by name."""
        return await self._database.read(charts.model_scores)
