"""The battle that a server wants once a day: when it had the last one, and whether anybody hears them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select

from bot.storage.learning import battle_rows
from bot.storage.people import auditing
from bot.storage.people.preferences import SERVER, SERVER_SETTINGS, server_settings, write
from bot.storage.tables import setting

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

UNHEARD_DAYS = 7
"""Daily battles in a row without a vote, after which there are no more."""

_NOTE = "daily_battle"
"""Name of the value of a server's that tells of its last daily battle: `day`, `number`, and how many went `unheard`."""

_NOBODY = 0
"""Stands in the record of deeds for the bot itself."""


def wanted(connection: Connection, day: str) -> list[tuple[int, int]]:
    """Servers that want a battle a day and have had none on that day, each with its channel."""
    chosen = and_(setting.c.scope == SERVER, setting.c.name == SERVER_SETTINGS)
    found = connection.execute(select(setting.c.owner, setting.c.value).where(chosen).order_by(setting.c.owner)).all()
    wishing = [(row.owner, row.value["daily_battle"]) for row in found if row.value.get("daily_battle")]
    return [(guild_id, channel_id) for guild_id, channel_id in wishing if _note(connection, guild_id).get("day") != day]


def take_day(connection: Connection, guild_id: int, day: str) -> bool:
    """Note that a server has its battle of that day; False if it had it before, so that no day has two.

    The battle of the day before is over: whether anybody heard it is counted now.
    """
    note = _note(connection, guild_id)
    if note.get("day") == day:
        return False
    write(connection, SERVER, guild_id, _NOTE, {"day": day, "number": None, "unheard": _unheard(connection, note)})
    return True


def note_battle(connection: Connection, guild_id: int, number: int) -> None:
    """Note which battle is that of the day."""
    write(connection, SERVER, guild_id, _NOTE, {**_note(connection, guild_id), "number": number})


def goes_unheard(connection: Connection, guild_id: int) -> bool:
    """Whether nobody voted in the last `UNHEARD_DAYS` daily battles."""
    return _unheard(connection, _note(connection, guild_id)) >= UNHEARD_DAYS


def stop(connection: Connection, guild_id: int, channel_id: int, now: datetime) -> bool:
    """Turn a server's daily battles off; whether they were on, in that channel."""
    settings = server_settings(connection, guild_id)
    if settings.daily_battle != channel_id:
        return False
    after = asdict(replace(settings, daily_battle=None))
    write(connection, SERVER, guild_id, SERVER_SETTINGS, after)
    write(connection, SERVER, guild_id, _NOTE, {**_note(connection, guild_id), "number": None, "unheard": 0})
    auditing.note(connection, now, _NOBODY, "daily battles stopped", guild_id=guild_id, detail={})
    return True


def _unheard(connection: Connection, note: dict[str, Any]) -> int:
    """How many daily battles in a row nobody voted in, the last one included; a withdrawn one says nothing."""
    before: int = note.get("unheard", 0)
    number = note.get("number")
    if number is None or not battle_rows.exists(connection, number):
        return before
    return 0 if battle_rows.tally_of(connection, number).votes else before + 1


def _note(connection: Connection, guild_id: int) -> dict[str, Any]:
    mine = (setting.c.scope == SERVER, setting.c.owner == guild_id, setting.c.name == _NOTE)
    return connection.scalar(select(setting.c.value).where(*mine)) or {}
