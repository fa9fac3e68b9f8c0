"""Generations: every change of state is one committed transaction, and happens only from the states that allow it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, delete, func, or_, select, update

from bot.domain.generation import ON_THE_WAY, THERE, Generation, GenerationState, Music, Post
from bot.domain.shards import EVERYTHING, ShardShare
from bot.storage import ready_notices, rows, tallies, themes
from bot.storage.admission import Admission, Limits, admit
from bot.storage.dialects import link
from bot.storage.gallery.tables import gallery_post
from bot.storage.learning import battle_rows, taste_rows
from bot.storage.learning.taste_tables import deed
from bot.storage.packing import pack
from bot.storage.people import erasures, quota
from bot.storage.sharing import turns
from bot.storage.sharing.shares import in_share
from bot.storage.tables import favourite, generation, post, rating, vote
from bot.storage.worker_tables import rendition

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection, Select

    from bot.clock import Clock
    from bot.storage.database import Database
    from composer.models.learned_preferences import LearnedPreferences
    from composer.music.given import Theme


_WORTH_TELLING = timedelta(hours=6)
"""How long after it was asked for somebody still wants to know how a piece ended."""

_ENDED = (GenerationState.DELIVERED, GenerationState.FAILED, GenerationState.CANCELLED)


class Generations:
    """The pieces asked for."""

    def __init__(self, database: Database, clock: Clock, share: ShardShare = EVERYTHING) -> None:
        self._database = database
        self._clock = clock
        self._share = share
        self._is_mine = in_share(generation.c.guild_id, share)

    # Asking.

    async def get(self, number: int) -> Generation | None:
        """The generation of that number."""
        return await self._database.ask(lambda connection: rows.find(connection, number))

    async def by_request(self, request_id: int) -> Generation | None:
        """The generation that an interaction asked for."""
        return await self._first(rows.select_generations().where(generation.c.request_id == request_id))

    async def by_message(self, message_id: int) -> Generation | None:
        """The generation whose result stands in a message."""
        number = select(post.c.number).where(post.c.message_id == message_id).scalar_subquery()
        return await self._first(rows.select_generations().where(generation.c.number == number))

    async def original(self, number: int) -> bytes | None:
        """What the piece is rendered from, MIDI or sound; None before it is composed and once it is deleted."""
        query = select(func.coalesce(generation.c.midi, generation.c.sound)).where(generation.c.number == number)
        return await self._database.ask(lambda connection: connection.scalar(query))

    async def theme(self, number: int) -> Theme | None:
        """The music that a piece is to go on from; None where there is none, and once it is composed."""
        query = select(generation.c.theme).where(generation.c.number == number)
        packed = await self._database.read(lambda connection: connection.scalar(query))
        return await asyncio.to_thread(themes.unpack_theme, packed)

    async def liked(self, number: int) -> LearnedPreferences:
        """What is liked where a piece is composed, see `taste_rows.liked`."""
        return await self._database.read(lambda connection: taste_rows.liked(connection, number))

    async def history(self, user_id: int, *, offset: int = 0, limit: int = 10) -> list[Generation]:
        """A person's pieces that are there or on the way, newest first."""
        query = _history(user_id).order_by(generation.c.number.desc()).offset(offset).limit(limit)
        return await self._all(query)

    async def count(self, user_id: int) -> int:
        """How many pieces the whole history has."""
        query = select(func.count()).select_from(_history(user_id).subquery())
        return await self._database.read(lambda connection: connection.scalar(query) or 0)

    async def unfinished(self, user_id: int | None = None) -> list[Generation]:
        """All of this process's servers that are on the way, oldest first; or a person's, on whatever server."""
        whose = self._is_mine if user_id is None else generation.c.user_id == user_id
        query = rows.select_generations().where(generation.c.state.in_(list(ON_THE_WAY)), whose)
        return await self._all(query.order_by(generation.c.number))

    # On its way.

    async def admit(self, wanted: Admission, limits: Limits) -> Generation:
        """Accept a piece, see `bot.storage.admission`."""
        # The notes of a long piece take longer to pack than the event loop may stand still.
        theme = await asyncio.to_thread(themes.theme_columns, wanted.theme)
        return await self._database.write(lambda connection: admit(connection, wanted, limits, theme))

    async def queue(self) -> list[turns.Waiting]:
        """All that wait, whichever bot has them, in the order in which they are taken."""
        return await self._database.ask(turns.queue)

    async def in_the_making(self) -> list[turns.InTheMaking]:
        """All that is being composed by several bots; nothing where one bot has all servers, and so knows by itself."""
        if self._share.is_all:
            return []
        now = self._clock()
        return await self._database.ask(lambda connection: turns.in_the_making(connection, now))

    async def begin(self, numbers: Collection[int], *, lease: str) -> Generation | None:
        """Composing begins of that one of some pieces whose turn comes first; None if none of them waits any more."""
        now = self._clock()
        return await self._database.write(lambda connection: turns.begin(connection, numbers, lease=lease, now=now))

    async def requeue(self, number: int, *, counted: bool = True) -> Generation | None:
        """Composing was broken off: from the start again. A worker's piece stays the worker's.

        Args:
            number: Number of the piece.
            counted: Whether that was an attempt; one that the bot's own orderly stop broke off was none.
        """
        attempts = generation.c.attempts - (0 if counted else 1)
        values: dict[str, Any] = {"state": GenerationState.ACCEPTED, "attempts": attempts, "lease": None, "error": None}
        ours = generation.c.lease_until.is_(None)
        return await self._move(number, [GenerationState.COMPOSING], ours, **values)

    async def composed(self, number: int, music: Music, *, lease: str | None = None) -> Generation | None:
        """The music is in the row; a worker keeps its lease until it has handed the piece over.

        Args:
            number: Number of the piece.
            music: The music.
            lease: Lease that has to hold; None where nobody else can have one.
        """
        held = (generation.c.lease == lease,) if lease is not None else ()
        values = {name: getattr(music, name) for name in Music.__dataclass_fields__}
        # A piece without tokens trains nothing, and its row says so by having none.
        values["tokens"] = pack(music.tokens) if music.tokens else None
        values |= {"lease": case((generation.c.lease_until.is_(None), None), else_=generation.c.lease), **themes.GONE}
        values |= {"state": GenerationState.COMPOSED, "composed_at": self._clock()}
        return await self._move(number, [GenerationState.COMPOSING], *held, **values)

    async def delivered(self, number: int, where: Post, seconds_spent: Mapping[str, float]) -> Generation | None:
        """The result stands in a message; its reply token is handed out once more, for a word that it is ready."""

        def unit(connection: Connection) -> Generation | None:
            before, now = rows.find(connection, number), self._clock()
            moved = rows.move(
                connection,
                number,
                [GenerationState.COMPOSED],
                state=GenerationState.DELIVERED,
                delivered_at=now,
                message_id=None if before and before.rival else where.message_id,
                reply_token=None,
                untold=ready_notices.is_due(connection, before, where, now) or None if before else None,
                seconds_spent=_merged(connection, number, seconds_spent),
            )
            if moved is not None and moved.rival is not None:
                battle_rows.deliver(connection, moved, where, now)
            elif moved is not None or rows.is_there(connection, number):
                rows.keep_post(connection, where)
            else:
                # Erased or cancelled while it was sent: the message is taken back.
                erasures.remove_later(connection, [where])
            return replace(moved, reply_token=before.reply_token) if before and moved else None

        return await self._database.write(unit)

    async def kept(self, number: int) -> Generation | None:
        """Nobody could be reached; it waits."""

        def unit(connection: Connection) -> Generation | None:
            moved = rows.move(
                connection, number, [GenerationState.COMPOSED], state=GenerationState.KEPT, reply_token=None
            )
            if moved is not None and moved.rival is not None:
                battle_rows.keep(connection, moved)
            return moved

        return await self._database.write(unit)

    async def failed(self, number: int, *, error: str, reference: str) -> Generation | None:
        """It broke; the code and the reference are kept."""
        return await self._end(number, state=GenerationState.FAILED, error=error, reference=reference)

    async def cancelled(self, number: int) -> Generation | None:
        """Somebody who may changed their mind; None if it was too late."""
        return await self._end(number, state=GenerationState.CANCELLED)

    async def _end(self, number: int, **values: Any) -> Generation | None:  # noqa: ANN401 - columns'
        """Nothing will come of it; its reply token leaves the row and is handed out once more, for the last word."""

        def unit(connection: Connection) -> Generation | None:
            before = rows.find(connection, number)
            ended = {"lease": None, "lease_until": None, "reply_token": None, "untold": True, **values, **themes.GONE}
            moved = rows.move(connection, number, ON_THE_WAY, **ended)
            link.tell(connection, f"ended:{number}")
            if moved is not None and (moved.state is GenerationState.FAILED or moved.attempts == 0):
                quota.uncount(connection, number)
            if moved is not None and moved.rival is not None:
                battle_rows.cancel_rival(connection, moved)
            return replace(moved, reply_token=before.reply_token) if before and moved else None

        return await self._database.write(unit)

    async def told(self, number: int, *, told: bool = True) -> bool:
        """Note that somebody was told how it ended, or was not after all; whether that was new."""
        which = (generation.c.number == number, generation.c.untold.is_(True if told else None))
        change = update(generation).where(*which).values(untold=None if told else True)
        return await self._database.change(lambda connection: connection.execute(change).rowcount > 0)

    async def untold(self) -> list[Generation]:
        """List what ended on this process's servers, not long ago, without anybody having been told; oldest first."""
        query = rows.select_generations().where(
            self._is_mine,
            generation.c.untold.is_(True),
            generation.c.state.in_(_ENDED),
            generation.c.created_at >= self._clock() - _WORTH_TELLING,
        )
        return await self._all(query.order_by(generation.c.number))

    async def taken_back(self, number: int) -> Generation | None:
        """Erase a piece and have its messages removed; that there was one is left for an hour.

        Returns:
            What is left of it; None if there was no music.
        """

        def unit(connection: Connection) -> Generation | None:
            moved = rows.move(connection, number, [*THERE, GenerationState.COMPOSED], state=GenerationState.DELETED)
            if moved is None:
                return None
            if moved.rival is not None:
                battle_rows.cancel_rival(connection, moved)
            erasures.note_piece(connection, number)
            erasures.remove_posts_later(connection, [number])
            for table in (vote, rating, post, favourite, deed, rendition, gallery_post):
                connection.execute(delete(table).where(table.c.number == number))
            tallies.settle(connection, [number])
            connection.execute(update(generation).where(generation.c.number == number).values(**rows.ERASED))
            return rows.find(connection, number)

        return await self._database.write(unit)

    # Messages.

    async def reply_is(self, where: Post, *, hidden: bool = False) -> bool:
        """Note the message that shows the progress, or that it has to go, since the piece was erased meanwhile.

        Returns:
            Whether the piece is there, or both of a battle. They are private from now on if the message is `hidden`
            from all but one person.
        """
        values = {"reply_message_id": where.message_id} | ({"private": True} if hidden else {})
        told_there = or_(generation.c.number == where.number, generation.c.rival == where.number)
        change = update(generation).where(told_there).values(**values)

        def unit(connection: Connection) -> bool:
            there = connection.execute(change).rowcount > 0
            if not there:
                erasures.remove_later(connection, [where])
            return there

        return await self._database.write(unit)

    async def _first(self, query: Select[Any]) -> Generation | None:
        found = await self._all(query)
        return found[0] if found else None

    async def _all(self, query: Select[Any]) -> list[Generation]:
        return await self._database.ask(
            lambda connection: [rows.to_generation(row) for row in connection.execute(query).mappings()]
        )

    async def _move(self, number: int, before: Any, /, *also: Any, **values: Any) -> Generation | None:  # noqa: ANN401 - the library's
        return await self._database.change(lambda connection: rows.move(connection, number, before, *also, **values))


def _history(user_id: int) -> Select[Any]:
    shown = generation.c.state.in_([*THERE, *ON_THE_WAY])
    return rows.select_generations().where(generation.c.user_id == user_id, shown, ~battle_rows.in_open_battle())


def _merged(connection: Connection, number: int, spent: Mapping[str, float]) -> dict[str, float]:
    before = connection.scalar(select(generation.c.seconds_spent).where(generation.c.number == number)) or {}
    return {**before, **spent}
