"""Which pieces came into the gallery of their server.

A piece comes in with the vote that brings it there, in the same transaction: so it comes once, whatever happens between
that vote and the message. A moderator who deletes the message keeps it out for good.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select, update

from bot.domain.generation import WRITTEN
from bot.domain.showing import GalleryPost, LeftBehind, ShowingState
from bot.storage import rows
from bot.storage.gallery.gallery_rows import LEFT_BEHIND
from bot.storage.gallery.tables import gallery_post
from bot.storage.learning import battle_rows
from bot.storage.people import erasures
from bot.storage.people.preferences import SERVER, server_settings
from bot.storage.tables import generation, rating, setting

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from bot.clock import Clock
    from bot.domain.generation import Post
    from bot.storage.database import Database

_WAITS = timedelta(days=7)
"""How long a piece waits for a channel in which it can be posted."""

_TO_POST = (ShowingState.DUE, ShowingState.POSTING)


class GalleryPosts:
    """The pieces in galleries, and their messages."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def pending(self) -> list[GalleryPost]:
        """What is to be posted or edited, oldest first."""
        return await self._database.read(lambda connection: _pending(connection, self._clock()))

    async def claim(self, number: int, channel_id: int) -> None:
        """Note that a piece is about to be posted in a channel, so that it may stand there from now on."""
        waits = and_(gallery_post.c.number == number, gallery_post.c.state.in_(_TO_POST))
        change = update(gallery_post).where(waits).values(state=ShowingState.POSTING, channel_id=channel_id)
        await self._database.write(lambda connection: connection.execute(change))

    async def left_behind(self) -> list[LeftBehind]:
        """Pieces that were erased while they were being posted, so that they may still stand there."""
        named = and_(setting.c.scope == SERVER, setting.c.name.startswith(LEFT_BEHIND))
        query = select(setting).where(named).order_by(setting.c.owner, setting.c.name)
        found = await self._database.read(lambda connection: connection.execute(query).all())
        return [LeftBehind(row.owner, row.value, int(row.name.removeprefix(LEFT_BEHIND))) for row in found]

    async def cleared(self, left: LeftBehind) -> None:
        """Note that such a piece stands nowhere any more."""
        noted = (setting.c.scope == SERVER, setting.c.owner == left.guild_id)
        change = delete(setting).where(*noted, setting.c.name == f"{LEFT_BEHIND}{left.number}")
        await self._database.write(lambda connection: connection.execute(change))

    async def drop(self, number: int) -> None:
        """Let a piece wait no longer; a later vote may bring it in again."""
        waits = and_(gallery_post.c.number == number, gallery_post.c.state.in_(_TO_POST))
        await self._database.write(lambda connection: connection.execute(delete(gallery_post).where(waits)))

    async def posted(self, where: Post, votes: int) -> bool:
        """Note the message of a piece, or that it has to go, since the piece was erased meanwhile.

        Args:
            where: The message.
            votes: Votes that it tells.

        Returns:
            Whether the piece is there.
        """
        values = {"message_id": where.message_id, "channel_id": where.channel_id}

        def unit(connection: Connection) -> bool:
            change = update(gallery_post).where(gallery_post.c.number == where.number).values(**values)
            there = connection.execute(change).rowcount > 0 and rows.is_there(connection, where.number)
            if there:
                rows.keep_post(connection, where)
                _told(connection, where.number, votes)
            else:
                erasures.remove_later(connection, [where])
            return there

        return await self._database.write(unit)

    async def told(self, number: int, votes: int) -> None:
        """Note how many votes the message of a piece tells by now."""
        await self._database.write(lambda connection: _told(connection, number, votes))


def consider(connection: Connection, number: int, voted_at: datetime | None) -> None:
    """Let a piece into the gallery of its server if it has the votes, or note that its message tells another number.

    Every change of ratings ends with this call, in the unit of work that makes it.

    Args:
        connection: Connection of the unit of work.
        number: Number of the piece.
        voted_at: Moment of the newest vote; None where a vote was taken back, which brings no piece in.
    """
    known = connection.execute(select(gallery_post).where(gallery_post.c.number == number)).mappings().first()
    if known is not None:
        if known["state"] == ShowingState.POSTED and known["votes"] != _votes(connection, number, known["guild_id"]):
            _move(connection, number, ShowingState.STALE)
    elif voted_at is not None:
        _admit(connection, number, voted_at)


def _admit(connection: Connection, number: int, voted_at: datetime) -> None:
    found = rows.find(connection, number)
    if found is None or found.guild_id is None or found.private or found.state not in WRITTEN:
        return
    # What is heard blind would be told apart there.
    blind = select(generation.c.number).where(generation.c.number == number, battle_rows.in_open_battle())
    settings = server_settings(connection, found.guild_id)
    if settings.gallery is None or connection.scalar(blind) is not None:
        return
    if _votes(connection, number, found.guild_id) < settings.gallery_votes:
        return
    values = {"number": number, "guild_id": found.guild_id, "due_at": voted_at}
    connection.execute(gallery_post.insert().values(state=ShowingState.DUE, votes=0, **values))


def forget_server(connection: Connection, guild_id: int) -> None:
    """Forget the gallery of a server that the bot has left."""
    connection.execute(delete(gallery_post).where(gallery_post.c.guild_id == guild_id))


def message_gone(connection: Connection, message_id: int) -> None:
    """Note that somebody deleted a message."""
    which = gallery_post.c.message_id == message_id
    connection.execute(update(gallery_post).where(which).values(state=ShowingState.GONE, message_id=None))


def _pending(connection: Connection, now: datetime) -> list[GalleryPost]:
    fresh = and_(gallery_post.c.state.in_(_TO_POST), gallery_post.c.due_at >= now - _WAITS)
    which = or_(fresh, gallery_post.c.state == ShowingState.STALE)
    found = connection.execute(select(gallery_post).where(which).order_by(gallery_post.c.due_at)).mappings().all()
    posts = [_to_post(connection, row) for row in found]
    return [post for post in posts if post is not None]


def _to_post(connection: Connection, row: RowMapping) -> GalleryPost | None:
    piece = rows.find(connection, row["number"])
    if piece is None:
        return None
    return GalleryPost(
        generation=piece,
        state=ShowingState(row["state"]),
        votes=_votes(connection, row["number"], row["guild_id"]),
        message_id=row["message_id"],
        channel_id=row["channel_id"],
    )


def _told(connection: Connection, number: int, votes: int) -> None:
    guild_id = connection.scalar(select(gallery_post.c.guild_id).where(gallery_post.c.number == number))
    right = guild_id is not None and _votes(connection, number, guild_id) == votes
    _move(connection, number, ShowingState.POSTED if right else ShowingState.STALE, votes=votes)


def _move(connection: Connection, number: int, state: ShowingState, **values: object) -> None:
    """Change the state of a message that stands there."""
    stands = and_(gallery_post.c.number == number, gallery_post.c.message_id.is_not(None))
    connection.execute(update(gallery_post).where(stands).values(state=state, **values))


def _votes(connection: Connection, number: int, guild_id: int) -> int:
    """People who like a piece on its server: each counts once, by 👍 or ❤️, and its composer does not."""
    likes = and_(rating.c.number == number, rating.c.value > 0, rating.c.is_author.is_(False))
    query = select(func.count()).select_from(rating).where(likes, rating.c.guild_id == guild_id)
    return connection.scalar(query) or 0
