"""The messages that bear the pieces: where a piece stands on Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from bot.domain.shards import EVERYTHING
from bot.storage import rows
from bot.storage.gallery import gallery_posts
from bot.storage.people import erasures
from bot.storage.sharing.shares import in_share
from bot.storage.tables import generation, post

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from bot.domain.generation import Post
    from bot.domain.shards import ShardShare
    from bot.storage.database import Database


class Posts:
    """The messages with the results of pieces."""

    def __init__(self, database: Database, share: ShardShare = EVERYTHING) -> None:
        self._database = database
        self._is_mine = in_share(post.c.guild_id, share)

    async def of(self, number: int) -> list[Post]:
        """The messages that bear a generation's result, oldest first."""
        return await self._all(select(post).where(post.c.number == number))

    async def bearing(self, message_id: int) -> Post | None:
        """The post that is a message; None if it bears no piece."""
        return next(iter(await self._all(select(post).where(post.c.message_id == message_id))), None)

    async def since(self, moment: datetime) -> list[Post]:
        """Messages posted on this process's servers since then, oldest first."""
        return await self._all(select(post).where(post.c.posted_at >= moment, self._is_mine))

    async def note(self, where: Post) -> bool:
        """Note one more message with the result, or that it has to go, since the piece was erased meanwhile.

        Returns:
            Whether the piece is there.
        """

        def unit(connection: Connection) -> bool:
            there = rows.is_there(connection, where.number)
            if there:
                rows.keep_post(connection, where)
            else:
                erasures.remove_later(connection, [where])
            return there

        return await self._database.write(unit)

    async def gone(self, message_id: int) -> None:
        """A message was deleted; what people thought of the piece stays."""

        def unit(connection: Connection) -> None:
            connection.execute(delete(post).where(post.c.message_id == message_id))
            bearing = generation.c.message_id == message_id
            connection.execute(update(generation).where(bearing).values(message_id=None))
            gallery_posts.message_gone(connection, message_id)

        await self._database.write(unit)

    async def _all(self, query: Select[Any]) -> list[Post]:
        ordered = query.order_by(post.c.posted_at, post.c.message_id)
        return await self._database.read(
            lambda connection: [rows.to_post(row) for row in connection.execute(ordered).mappings()]
        )
