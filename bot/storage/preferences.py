"""What people and servers decided, and the few words that the bot notes for itself."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import and_, delete, select

from bot.domain.order import Defaults, ServerSettings
from bot.storage import auditing
from bot.storage.tables import setting

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

    from bot.clock import Clock
    from bot.storage.database import Database

R = TypeVar("R", Defaults, ServerSettings)

USER, SERVER, HOUSE = "user", "server", "house"
_ALL = "all"
"""Name of the one value that holds all of a person's or a server's settings."""


class Preferences:
    """Settings, by whom they belong to."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def defaults(self, user_id: int) -> Defaults:
        """A person's own."""
        return await self._database.read(lambda connection: _read(connection, USER, user_id, Defaults))

    async def set_defaults(self, user_id: int, defaults: Defaults) -> None:
        """Put a person's own in the place of those before; of none, nothing is kept."""

        def unit(connection: Connection) -> None:
            if defaults == Defaults():
                connection.execute(delete(setting).where(_at(USER, user_id, _ALL)))
            else:
                write(connection, USER, user_id, _ALL, asdict(defaults))

        await self._database.write(unit)

    async def server(self, guild_id: int | None) -> ServerSettings:
        """A server's; those of direct messages are the house's."""
        return await self._database.read(lambda connection: server_settings(connection, guild_id))

    async def set_server(self, guild_id: int, settings: ServerSettings, *, by: int) -> None:
        """Put a server's settings in the place of those before, and note who did."""

        def unit(connection: Connection) -> None:
            write(connection, SERVER, guild_id, _ALL, asdict(settings))
            auditing.note(connection, self._clock(), by, "server settings", guild_id=guild_id, detail=asdict(settings))

        await self._database.write(unit)

    async def get(self, key: str) -> str | None:
        """A word that the bot noted for itself."""
        query = select(setting.c.value).where(_at(HOUSE, 0, key))
        return await self._database.read(lambda connection: connection.scalar(query))

    async def set(self, key: str, value: str) -> None:
        """Note a word."""
        await self._database.write(lambda connection: write(connection, HOUSE, 0, key, value))


def server_settings(connection: Connection, guild_id: int | None) -> ServerSettings:
    """Read them inside a unit of work."""
    return ServerSettings() if guild_id is None else _read(connection, SERVER, guild_id, ServerSettings)


def servers_apart() -> Select[tuple[int]]:
    """Servers whose ratings do not train, as a query."""
    apart = setting.c.value["training"].as_boolean().is_(False)
    return select(setting.c.owner).where(setting.c.scope == SERVER, setting.c.name == _ALL, apart)


def write(connection: Connection, scope: str, owner: int, name: str, value: Any) -> None:  # noqa: ANN401 - any JSON
    """Put a value in the place of the one before."""
    connection.execute(delete(setting).where(_at(scope, owner, name)))
    connection.execute(setting.insert().values(scope=scope, owner=owner, name=name, value=value))


def _read(connection: Connection, scope: str, owner: int, record: type[R]) -> R:
    value = connection.scalar(select(setting.c.value).where(_at(scope, owner, _ALL))) or {}
    # An older release may have known less, and a newer one more.
    known = {field.name for field in fields(record)}
    return record(**{name: given for name, given in value.items() if name in known})


def _at(scope: str, owner: int, name: str) -> ColumnElement[bool]:
    return and_(setting.c.scope == scope, setting.c.owner == owner, setting.c.name == name)
