"""What was erased, so that nothing brings it back, and the messages that have yet to go.

A person or piece that was erased is remembered by a digest alone. A write that comes later, such as a reaction that is
read back, asks here first. So does whoever puts a backup back that was made before.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.storage import rows
from bot.storage.preferences import HOUSE, write
from bot.storage.tables import erasure, generation, post, removal, setting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from bot.domain.generation import Post
    from bot.storage.database import Database

PERSON, PIECE = "person", "piece"

_KEY = "erasure_key"


class Removals:
    """The messages of erased pieces that still stand on Discord."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self) -> list[Post]:
        """List them, oldest first."""
        query = select(removal).order_by(removal.c.message_id)
        return await self._database.read(
            lambda connection: [rows.to_post(row) for row in connection.execute(query).mappings()]
        )

    async def done(self, message_id: int) -> None:
        """Note that a message is gone, or that there is no way to it."""
        query = delete(removal).where(removal.c.message_id == message_id)
        await self._database.write(lambda connection: connection.execute(query))


def remove_later(connection: Connection, posts: Iterable[Post]) -> None:
    """Note, in the unit of work that erases their pieces, messages that have to go."""
    for each in posts:
        connection.execute(delete(removal).where(removal.c.message_id == each.message_id))
        connection.execute(
            removal.insert().values(
                message_id=each.message_id,
                number=each.number,
                channel_id=each.channel_id,
                guild_id=each.guild_id,
                posted_at=each.posted_at,
            )
        )


def remove_posts_later(connection: Connection, numbers: Collection[int]) -> None:
    """Note all messages that bear these pieces, which are about to be erased."""
    query = select(post).where(post.c.number.in_(numbers))
    remove_later(connection, [rows.to_post(row) for row in connection.execute(query).mappings()])


def note_person(connection: Connection, user_id: int, before_id: int) -> None:
    """Remember that all was erased of a person that was there before a moment.

    Args:
        connection: Of the unit of work that erases it.
        user_id: The person.
        before_id: An id that Discord gave at that moment. Its ids rise with time, whatever clocks here say.
    """
    _note(connection, PERSON, _digest(connection, f"{PERSON} {user_id}"), before_id)


def note_piece(connection: Connection, number: int) -> None:
    """Remember, in the unit of work that erases it, that a piece was erased."""
    request_id = connection.scalar(select(generation.c.request_id).where(generation.c.number == number))
    if request_id is not None:
        _note(connection, PIECE, _digest(connection, f"{PIECE} {request_id}"), request_id)


def erased_before(connection: Connection, user_ids: Iterable[int]) -> dict[int, int]:
    """Find the people who were erased; by their ids, the id of Discord's up to which they were."""
    key = _key(connection)
    if key is None:
        return {}
    known: dict[str, int] = {
        row.digest: row.before_id
        for row in connection.execute(select(erasure.c.digest, erasure.c.before_id).where(erasure.c.kind == PERSON))
    }
    digests = {user_id: _hashed(key, f"{PERSON} {user_id}") for user_id in user_ids}
    return {user_id: known[digest] for user_id, digest in digests.items() if digest in known}


def _note(connection: Connection, kind: str, digest: str, before_id: int) -> None:
    connection.execute(delete(erasure).where(erasure.c.kind == kind, erasure.c.digest == digest))
    connection.execute(erasure.insert().values(kind=kind, digest=digest, before_id=before_id))


def _digest(connection: Connection, text: str) -> str:
    key = _key(connection)
    if key is None:
        key = secrets.token_hex(32)
        write(connection, HOUSE, 0, _KEY, key)
    return _hashed(key, text)


def _key(connection: Connection) -> str | None:
    mine = (setting.c.scope == HOUSE, setting.c.owner == 0, setting.c.name == _KEY)
    key: str | None = connection.scalar(select(setting.c.value).where(*mine))
    return key


def _hashed(key: str, text: str) -> str:
    return hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()
