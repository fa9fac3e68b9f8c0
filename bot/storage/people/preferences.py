"""What people and servers decided, and the few words that the bot notes for itself."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, select

from bot.domain.order import ORDER_OPTIONS, Defaults, ServerSettings
from bot.storage.learning.forgetting import forget_taste
from bot.storage.people import auditing
from bot.storage.tables import setting
from composer.options import ANY

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Connection, Select

    from bot.clock import Clock
    from bot.storage.database import Database

USER, SERVER, HOUSE = "user", "server", "house"
SERVER_SETTINGS = _ALL = "all"
"""Name of the one value that holds all of a person's or a server's settings."""


class Preferences:
    """Settings, by whom they belong to."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def defaults(self, user_id: int | None) -> Defaults:
        """A person's own; nobody has any."""
        if user_id is None:
            return Defaults()
        return await self._database.ask(lambda connection: defaults_of(connection, user_id))

    async def set_defaults(self, user_id: int, defaults: Defaults) -> None:
        """Put a person's own in the place of those before; of none, nothing is kept."""
        await self.change_defaults(user_id, lambda _: defaults)

    async def change_defaults(self, user_id: int, change: Callable[[Defaults], Defaults]) -> Defaults:
        """Change a person's own, in one unit of work: of two changes at once, neither undoes the other.

        Args:
            user_id: The person.
            change: Makes the new ones of those before.

        Returns:
            The new ones.
        """

        def unit(connection: Connection) -> Defaults:
            after = change(defaults_of(connection, user_id))
            if after == Defaults():
                connection.execute(delete(setting).where(_at(USER, user_id, _ALL)))
            else:
                write(connection, USER, user_id, _ALL, _as_json(after))
            return after

        return await self._database.write(unit)

    async def server(self, guild_id: int | None) -> ServerSettings:
        """A server's; those of direct messages are the house's."""
        return await self._database.ask(lambda connection: server_settings(connection, guild_id))

    async def set_server(self, guild_id: int, settings: ServerSettings, *, by: int) -> None:
        """Put a server's settings in the place of those before, and note who did."""
        await self.change_server(guild_id, lambda _: settings, by=by)

    async def change_server(
        self, guild_id: int, change: Callable[[ServerSettings], ServerSettings], *, by: int
    ) -> ServerSettings:
        """Change a server's settings and note who did, as `change_defaults` does."""

        def unit(connection: Connection) -> ServerSettings:
            after = change(server_settings(connection, guild_id))
            write(connection, SERVER, guild_id, _ALL, asdict(after))
            if not after.training:  # nothing is kept that was learned from votes there
                forget_taste(connection, guild_id)
            auditing.note(connection, self._clock(), by, "server settings", guild_id=guild_id, detail=asdict(after))
            return after

        return await self._database.write(unit)

    async def get(self, key: str) -> str | None:
        """A word that the bot noted for itself."""
        query = select(setting.c.value).where(_at(HOUSE, 0, key))
        return await self._database.ask(lambda connection: connection.scalar(query))

    async def set(self, key: str, value: str) -> None:
        """Note a word."""
        await self._database.write(lambda connection: write(connection, HOUSE, 0, key, value))

    async def forget(self, key: str) -> None:
        """Drop a word that the bot noted for itself."""
        await self._database.write(lambda connection: connection.execute(delete(setting).where(_at(HOUSE, 0, key))))

    async def names(self, prefix: str) -> list[str]:
        """Keys that begin so, of words that the bot noted for itself."""
        begins = (setting.c.scope == HOUSE, setting.c.name.startswith(prefix, autoescape=True))
        query = select(setting.c.name).where(*begins).order_by(setting.c.name)
        return await self._database.read(lambda connection: list(connection.scalars(query)))


def defaults_of(connection: Connection, user_id: int) -> Defaults:
    """Read a person's own inside a unit of work."""
    return _to_defaults(_value(connection, USER, user_id))


def server_settings(connection: Connection, guild_id: int | None) -> ServerSettings:
    """Read them inside a unit of work."""
    value = {} if guild_id is None else _value(connection, SERVER, guild_id)
    # An older release may have known less, and a newer one more.
    known = {name: value[name] for name in value.keys() & {field.name for field in fields(ServerSettings)}}
    # Once there was but one channel.
    channels = value.get("channel_ids") or ([value["channel_id"]] if value.get("channel_id") else [])
    return ServerSettings(**{**known, "channel_ids": tuple(channels)})


def servers_apart() -> Select[tuple[int]]:
    """Servers whose ratings do not train, as a query."""
    apart = setting.c.value["training"].as_boolean().is_(False)
    return select(setting.c.owner).where(setting.c.scope == SERVER, setting.c.name == _ALL, apart)


def weekly_servers(connection: Connection) -> dict[int, ServerSettings]:
    """The settings of servers that want to be told the best of each week, inside a unit of work."""
    wanted = setting.c.value["weekly"].as_integer().is_not(None)
    query = select(setting.c.owner).where(setting.c.scope == SERVER, setting.c.name == _ALL, wanted)
    return {guild_id: server_settings(connection, guild_id) for guild_id in list(connection.scalars(query))}


def write(connection: Connection, scope: str, owner: int, name: str, value: Any) -> None:  # noqa: ANN401 - any JSON
    """Put a value in the place of the one before."""
    connection.execute(delete(setting).where(_at(scope, owner, name)))
    connection.execute(setting.insert().values(scope=scope, owner=owner, name=name, value=value))


def _value(connection: Connection, scope: str, owner: int) -> dict[str, Any]:
    return connection.scalar(select(setting.c.value).where(_at(scope, owner, _ALL))) or {}


def _as_json(defaults: Defaults) -> dict[str, Any]:
    """Defaults by field, with the word `any` for None: earlier releases wrote null for what was left open."""
    said = {name: ANY if plain is None else plain for name, plain in defaults.wishes.items()}
    return {**said, "private": defaults.private, "notify": defaults.notify}


def _to_defaults(value: dict[str, Any]) -> Defaults:
    # A newer release may have known options that this one does not.
    given = {option: value[option.field] for option in ORDER_OPTIONS if value.get(option.field) is not None}
    wishes = {option: None if option.may_be_any and plain == ANY else plain for option, plain in given.items()}
    # One that was forged, or that is no more, would make every order fail.
    able = {option.field: plain for option, plain in wishes.items() if option.can_be(plain)}
    return Defaults(wishes=able, private=value.get("private"), notify=value.get("notify"))


def _at(scope: str, owner: int, name: str) -> ColumnElement[bool]:
    return and_(setting.c.scope == scope, setting.c.owner == owner, setting.c.name == name)
