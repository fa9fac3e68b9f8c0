"""What each person had in the last hour, by digests alone: the hour is counted on, whatever the person has deleted."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from bot.storage.people.preferences import HOUSE, write
from bot.storage.tables import quota, setting

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

PERIOD = timedelta(hours=1)

KEY = "quota_key"
"""Name of the setting that holds the key of the digests."""

_OUT_OF_ORDER = timedelta(minutes=1)
"""How much later than this request one may have been made that was accepted before it.

What is dated later still is of a time when a clock was ahead, and would count until that time comes.
"""


def count(connection: Connection, number: int, digest: str, at: datetime) -> None:
    """Count a piece for its person on that server, in the unit of work that accepts it."""
    forget_old(connection, at)
    connection.execute(quota.insert().values(number=number, digest=digest, at=at))


def uncount(connection: Connection, number: int) -> None:
    """Count a piece no longer: nothing came of it, and nothing was lost."""
    connection.execute(delete(quota).where(quota.c.number == number))


def counted(connection: Connection, digest: str, at: datetime) -> list[datetime]:
    """When the pieces that count at a moment were asked for, newest first."""
    query = select(quota.c.at).where(
        quota.c.digest == digest,
        quota.c.at > at - PERIOD,
        quota.c.at <= at + _OUT_OF_ORDER,
    )
    return list(connection.scalars(query.order_by(quota.c.at.desc())))


def forget_old(connection: Connection, at: datetime) -> None:
    """Delete what counts for nothing any more."""
    connection.execute(delete(quota).where(or_(quota.c.at <= at - PERIOD, quota.c.at > at + _OUT_OF_ORDER)))


def digest_of(connection: Connection, user_id: int, guild_id: int | None) -> str:
    """What stands for a person on a server."""
    mine = (setting.c.scope == HOUSE, setting.c.owner == 0, setting.c.name == KEY)
    key: str | None = connection.scalar(select(setting.c.value).where(*mine))
    if key is None:
        key = secrets.token_hex(32)
        write(connection, HOUSE, 0, KEY, key)
    return hmac.new(bytes.fromhex(key), f"{user_id} {guild_id}".encode(), hashlib.sha256).hexdigest()
