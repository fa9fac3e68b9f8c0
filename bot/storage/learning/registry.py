"""Models as they were seen here: which files, from which parents, and which version composes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, update

from bot.storage import charts
from bot.storage.dialects import link
from bot.storage.people import auditing
from bot.storage.tables import model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.clock import Clock
    from bot.domain.summaries import Tally
    from bot.storage.database import Database

FIRST_LEARNED = 101
"""The first version that is trained here: those below are left to the models that come with Cadenza, so that an
upgrade never brings another model under the number of one by which pieces were composed."""

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenModel:
    """A version of a model, as its file was when it was seen.

    Attributes:
        name: Name of the model.
        version: Version of the model.
        sha256: SHA-256 of its file, in hex.
        metrics: Figures by name.
        parent: Version that it was trained from.
        learned: Whether it was trained here: such a version composes once it is promoted, and not because it is there.
        promoted_at: Moment when it began to compose, the last time; None if it never did.
    """

    name: str
    version: int
    sha256: str
    metrics: Mapping[str, float]
    parent: int | None = None
    learned: bool = False
    promoted_at: datetime | None = None


class Registry:
    """What is known of models beside what their files say."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def seen(self, models: Sequence[SeenModel]) -> None:
        """Note the files that are installed; the newest of a name that was never seen goes live.

        It waits where a version composes that was trained here: people decide between the two.
        """
        learned = {(one.name, one.version) for one in models if one.learned}

        def unit(connection: Connection) -> None:
            for one in sorted(models, key=lambda one: (one.name, one.version)):
                new = note(connection, self._clock(), one)
                if new and not one.learned and (one.name, _live(connection, one.name)) not in learned:
                    promote(connection, self._clock(), one.name, one.version)

        await self._database.write(unit)

    async def known(self) -> list[SeenModel]:
        """All versions that were ever seen, by name, newest first."""
        columns = [model.c[name] for name in ("name", "version", "sha256", "metrics", "parent", "promoted_at")]
        query = select(*columns).order_by(model.c.name, model.c.version.desc())
        return await self._database.read(
            lambda connection: [SeenModel(**row) for row in connection.execute(query).mappings()]
        )

    async def promote(self, name: str, version: int, *, by: int | None = None, guild_id: int | None = None) -> datetime:
        """Let a version compose from now on; `by` whom, where it is to be accounted for."""

        def unit(connection: Connection) -> datetime:
            at = promote(connection, self._clock(), name, version)
            if by is not None:
                detail = {"model": name, "version": version}
                auditing.note(connection, self._clock(), by, "promote", guild_id=guild_id, detail=detail)
            return at

        return await self._database.write(unit)

    async def tallies(self) -> dict[str, Tally]:
        """Votes for the pieces of each model, by name."""
        return await self._database.read(charts.model_tallies)


def note(connection: Connection, at: datetime, one: SeenModel) -> bool:
    """Note a file inside a unit of work; whether that version was unknown."""
    key = _key(one.name, one.version)
    known = connection.execute(select(model.c.metrics).where(key)).first()
    if known is not None:
        values = {"sha256": one.sha256, "metrics": {**known.metrics, **one.metrics}}
        connection.execute(update(model).where(key).values(**values))
        return False
    connection.execute(
        model.insert().values(
            name=one.name,
            version=one.version,
            sha256=one.sha256,
            parent=one.parent,
            metrics=dict(one.metrics),
            seen_at=at,
        )
    )
    return True


def promote(connection: Connection, at: datetime, name: str, version: int) -> datetime:
    """Let a version compose from now on, inside a unit of work; also where the clock went back meanwhile."""
    latest = connection.scalar(select(func.max(model.c.promoted_at)).where(model.c.name == name))
    at = max(at, latest + _INSTANT) if latest is not None else at
    connection.execute(update(model).where(_key(name, version)).values(promoted_at=at))
    # Other bots of this database compose by it, too.
    link.tell(connection, "models")
    return at


def _live(connection: Connection, name: str) -> int | None:
    """The version of a name that was promoted last."""
    promoted = select(model.c.version).where(model.c.name == name, model.c.promoted_at.is_not(None))
    return connection.scalar(promoted.order_by(model.c.promoted_at.desc(), model.c.version.desc()).limit(1))


def _key(name: str, version: int) -> ColumnElement[bool]:
    return and_(model.c.name == name, model.c.version == version)
