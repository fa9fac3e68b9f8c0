"""What was erased, so that nothing brings it back, and the messages that have yet to go.

A person or piece that was erased is remembered by a digest alone. A write that comes later, such as a reaction that is
read back, asks here first. So does whoever puts a backup back that was made before.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, select, update

from bot.domain.shards import EVERYTHING
from bot.storage import rows
from bot.storage.gallery import gallery_rows, weekly_rows
from bot.storage.people.preferences import HOUSE, write
from bot.storage.sharing.shares import in_share
from bot.storage.tables import erasure, generation, post, removal, setting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.generation import Post
    from bot.domain.shards import ShardShare
    from bot.storage.database import Database

PERSON, PIECE = "person", "piece"

KEY = "erasure_key"
"""Name of the setting that holds the key of the digests."""


_DISCORDS_FIRST = 1_420_070_400_000
_TIME_BITS = 22
"""Discord's ids begin with the milliseconds since its first, that of 2015; these many bits follow."""


def id_at(moment: datetime) -> int:
    """Tell the lowest id that Discord gives at a moment, for erasures that nobody asked for on Discord."""
    return max(int(moment.timestamp() * 1000) - _DISCORDS_FIRST, 0) << _TIME_BITS


class Removals:
    """The messages of erased pieces that still stand on Discord."""

    def __init__(self, database: Database, share: ShardShare = EVERYTHING) -> None:
        self._database = database
        self._is_mine = in_share(removal.c.guild_id, share)

    async def due(self) -> list[Post]:
        """List those on this process's servers, oldest first."""
        query = select(removal).where(self._is_mine).order_by(removal.c.message_id)
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
        connection.execute(removal.insert().values(**asdict(each)))


def remove_posts_later(connection: Connection, numbers: Collection[int]) -> None:
    """Note all messages that bear these pieces, which are about to be erased."""
    gallery_rows.forget_pieces(connection, numbers)
    weekly_rows.forget_pieces(connection, numbers)
    query = select(post).where(post.c.number.in_(numbers))
    remove_later(connection, [rows.to_post(row) for row in connection.execute(query).mappings()])
    remove_calls_later(connection, generation.c.number.in_(numbers))


def remove_calls_later(connection: Connection, which: ColumnElement[bool]) -> None:
    """Note the messages that call somebody to such pieces, and know nothing of them any more."""
    columns = (generation.c.number, generation.c.channel_id, generation.c.guild_id)
    called = and_(which, generation.c.call_message_id.is_not(None))
    query = select(
        *columns, generation.c.call_message_id.label("message_id"), generation.c.created_at.label("posted_at")
    )
    remove_later(connection, [rows.to_post(row) for row in connection.execute(query.where(called)).mappings()])
    connection.execute(update(generation).where(called).values(call_message_id=None))


def note_person(connection: Connection, user_id: int, before_id: int) -> None:
    """Remember that all was erased of a person that was there before a moment.

    Args:
        connection: Connection of the unit of work that erases it.
        user_id: The person.
        before_id: An id that Discord gave at that moment. Its ids rise with time, whatever clocks here say.
    """
    _note(connection, PERSON, digest_of_person(_made_key(connection), user_id), before_id)


def note_piece(connection: Connection, number: int) -> None:
    """Remember, in the unit of work that erases it, that a piece was erased."""
    request_id = connection.scalar(select(generation.c.request_id).where(generation.c.number == number))
    if request_id is not None:
        _note(connection, PIECE, digest_of_piece(_made_key(connection), request_id), request_id)


def erased_before(connection: Connection, user_ids: Iterable[int]) -> dict[int, int]:
    """Find the people who were erased; by their ids, the id of Discord's up to which they were."""
    key = _key(connection)
    if key is None:
        return {}
    known: dict[str, int] = {
        row.digest: row.before_id
        for row in connection.execute(select(erasure.c.digest, erasure.c.before_id).where(erasure.c.kind == PERSON))
    }
    digests = {user_id: digest_of_person(key, user_id) for user_id in user_ids}
    return {user_id: known[digest] for user_id, digest in digests.items() if digest in known}


def _note(connection: Connection, kind: str, digest: str, before_id: int) -> None:
    connection.execute(delete(erasure).where(erasure.c.kind == kind, erasure.c.digest == digest))
    connection.execute(erasure.insert().values(kind=kind, digest=digest, before_id=before_id))


def known(connection: Connection, key: str) -> list[tuple[str, str, int]]:
    """List the erasures that were noted under a key: kind, digest and id of Discord's."""
    if _key(connection) != key:
        return []
    columns = (erasure.c.kind, erasure.c.digest, erasure.c.before_id)
    return [(row.kind, row.digest, row.before_id) for row in connection.execute(select(*columns))]


def adopt(connection: Connection, key: str, erased: Iterable[tuple[str, str, int]]) -> None:
    """Note erasures as another state of the database knows them, under its key if there is none here.

    Under two keys nothing could be asked for; those of a second key are left out.
    """
    if _key(connection) is None:
        write(connection, HOUSE, 0, KEY, key)
    if _key(connection) == key:
        for kind, digest, before_id in erased:
            _note(connection, kind, digest, before_id)


def _made_key(connection: Connection) -> str:
    key = _key(connection)
    if key is None:
        key = secrets.token_hex(32)
        write(connection, HOUSE, 0, KEY, key)
    return key


def _key(connection: Connection) -> str | None:
    mine = (setting.c.scope == HOUSE, setting.c.owner == 0, setting.c.name == KEY)
    key: str | None = connection.scalar(select(setting.c.value).where(*mine))
    return key


def digest_of_person(key: str, user_id: int) -> str:
    """Tell what stands for a person in the rows of erasures."""
    return _hashed(key, f"{PERSON} {user_id}")


def digest_of_piece(key: str, request_id: int) -> str:
    """Tell what stands for a piece: its number might be given again, the id of its interaction is not."""
    return _hashed(key, f"{PIECE} {request_id}")


def _hashed(key: str, text: str) -> str:
    return hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()
