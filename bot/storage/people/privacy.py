"""What is kept about a person: shown, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select, update

from bot.domain.generation import ON_THE_WAY, THERE, Post
from bot.domain.summaries import Erasure, Holdings
from bot.storage import rows, tallies
from bot.storage.gallery import gallery_posts
from bot.storage.learning import battle_rows, taste_rows
from bot.storage.learning.taste_tables import deed
from bot.storage.people import auditing, erasures
from bot.storage.people.preferences import USER
from bot.storage.tables import audit, battle_vote, favourite, generation, post, rating, setting, training_run, vote
from bot.storage.worker_tables import rendition

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

    from bot.clock import Clock
    from bot.storage.database import Database

NOBODY = 0
"""Stands in the audit for whoever had their traces removed."""


class Privacy:
    """A person's rights over what is kept about them; `bot.storage.export.personal_export` hands it over."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def show(self, user_id: int) -> Holdings:
        """How much there is."""
        return await self._database.read(lambda connection: _holdings(connection, user_id))

    async def erase(self, user_id: int, *, delete_pieces: bool, before_id: int) -> Erasure:
        """Remove a person's ratings, settings and, deleted or made nobody's, pieces; all at once.

        Pieces on the way are deleted, whatever state they are in: whoever works on one finds no row.

        Args:
            user_id: The person.
            delete_pieces: Whether what is there is deleted, with its messages.
            before_id: An id that Discord gave when it was asked for; see `bot.storage.people.erasures.note_person`.
        """

        def unit(connection: Connection) -> Erasure:
            erasure = erase_person(connection, user_id, delete_pieces=delete_pieces)
            erasures.note_person(connection, user_id, before_id)
            detail = {
                "pieces": erasure.pieces,
                "ratings": erasure.ratings + erasure.battle_votes,
                "deleted": delete_pieces,
            }
            auditing.note(connection, self._clock(), NOBODY, "privacy delete", guild_id=None, detail=detail)
            return erasure

        return await self._database.write(unit)


def _holdings(connection: Connection, user_id: int) -> Holdings:
    mine = generation.c.user_id == user_id
    posts = select(func.count()).select_from(post.join(generation)).where(mine)
    return Holdings(
        pieces=_count(connection, generation, mine),
        ratings=_count(connection, rating, rating.c.user_id == user_id),
        battle_votes=_count(connection, battle_vote, battle_vote.c.user_id == user_id),
        favourites=_count(connection, favourite, favourite.c.user_id == user_id),
        deeds=_count(connection, deed, deed.c.user_id == user_id),
        posts=connection.scalar(posts) or 0,
        actions=_count(connection, audit, audit.c.actor_id == user_id),
        has_defaults=_count(connection, setting, _settings_of(user_id)) > 0,
        since=connection.scalar(select(func.min(generation.c.created_at)).where(mine)),
    )


def _count(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(which)) or 0


def _settings_of(user_id: int) -> ColumnElement[bool]:
    return and_(setting.c.scope == USER, setting.c.owner == user_id)


def erase_person(connection: Connection, user_id: int, *, delete_pieces: bool) -> Erasure:
    """Remove all that is kept about a person, inside a unit of work; see `Privacy.erase`."""
    mine = generation.c.user_id == user_id
    everything = list(connection.scalars(select(generation.c.number).where(mine)))
    rated = list(connection.scalars(select(rating.c.number).where(rating.c.user_id == user_id)))
    battle_votes = _count(connection, battle_vote, battle_vote.c.user_id == user_id)
    taste_rows.person_goes(connection, user_id)
    for table in (vote, rating, battle_vote, favourite, deed):
        connection.execute(delete(table).where(table.c.user_id == user_id))
    connection.execute(delete(setting).where(_settings_of(user_id)))
    connection.execute(update(audit).where(audit.c.actor_id == user_id).values(actor_id=NOBODY))
    connection.execute(update(training_run).where(training_run.c.user_id == user_id).values(user_id=None))
    gone = mine if delete_pieces else and_(mine, or_(generation.c.private.is_(True), generation.c.state.not_in(THERE)))
    numbers = list(connection.scalars(select(generation.c.number).where(gone)))
    battle_rows.withdraw(connection, numbers)
    erasures.remove_posts_later(connection, numbers)
    erasures.remove_later(connection, _progress_messages(connection, gone))
    erasures.remove_calls_later(connection, mine)
    sound = rendition.c.number.in_(select(generation.c.number).where(gone))
    connection.execute(delete(rendition).where(sound))
    connection.execute(delete(generation).where(gone))
    tallies.settle(connection, [*rated, *everything])
    for number in rated:
        gallery_posts.consider(connection, number, None)
    # Made nobody's. An interaction's number leads to whoever made it; it has to stay unique.
    connection.execute(
        update(generation)
        .where(mine)
        .values(user_id=None, request_id=-generation.c.number, reply_token=None, locale="")
    )
    return Erasure(pieces=len(everything), ratings=len(rated), battle_votes=battle_votes)


def _progress_messages(connection: Connection, which: ColumnElement[bool]) -> list[Post]:
    """Messages that tell of pieces on the way, or that ended untold, and that nobody would change any more."""
    unfinished = or_(generation.c.state.in_(ON_THE_WAY), generation.c.untold.is_(True))
    query = rows.select_generations().where(which, unfinished, generation.c.reply_message_id.is_not(None))
    return [
        Post(
            message_id=row["reply_message_id"],
            number=row["number"],
            channel_id=row["channel_id"],
            guild_id=row["guild_id"],
            posted_at=row["created_at"],
        )
        for row in connection.execute(query).mappings()
    ]
