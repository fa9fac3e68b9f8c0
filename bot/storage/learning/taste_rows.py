"""Tastes inside units of work: which one composes, what they do to pieces, and what a deletion does to them."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, insert, or_, select, update

from bot.domain.taste import KeptTaste, TasteChoice
from bot.storage.export.extracts import BEGINNING
from bot.storage.learning.forgetting import forget_taste
from bot.storage.learning.taste_tables import deed, taste
from bot.storage.tables import generation, rating
from composer.models.learned_preferences import NONE, LearnedPreferences
from composer.taste.learning import LearnedTaste

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping

FORGOTTEN = -1
"""In the place of the number of votes: a row that says when a taste was forgotten."""


def composing(connection: Connection, guild_id: int | None, choice: str) -> int | None:
    """The number of the taste by which a server's pieces are composed now; None if by none."""
    if guild_id is None or choice == TasteChoice.OFF:
        return None
    newest = latest(connection, guild_id if choice == TasteChoice.OWN else None)
    return newest.number if newest is not None and newest.learned.taken else None


def latest(connection: Connection, guild_id: int | None) -> KeptTaste | None:
    """The newest version of a server's taste, or of the shared one, taken or not."""
    query = select(taste).where(of_server(guild_id), taste.c.votes != FORGOTTEN)
    query = query.order_by(taste.c.number.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else to_taste(row)


def liked(connection: Connection, number: int) -> LearnedPreferences:
    """What is liked where a piece is composed; none where its row names no taste, or that was forgotten."""
    query = select(taste.c.learned).join(generation, generation.c.taste == taste.c.number)
    learned = connection.scalar(query.where(generation.c.number == number))
    return NONE if learned is None else _to_learned(learned).preferences


def keep(connection: Connection, guild_id: int | None, learned: LearnedTaste, at: datetime, *, votes: int = 0) -> None:
    """Note a new version; those before that no piece can name are not kept. `votes` are those that stood then."""
    untaken = (taste.c.taken.is_(False), taste.c.votes != FORGOTTEN)
    connection.execute(delete(taste).where(of_server(guild_id), *untaken))
    connection.execute(update(taste).where(of_server(guild_id)).values(due=False))
    connection.execute(
        insert(taste).values(
            guild_id=guild_id,
            fitted_at=at,
            votes=votes,
            taken=learned.taken,
            due=False,
            learned=asdict(learned),
        )
    )


def withdraw(connection: Connection, guild_id: int) -> None:
    """Delete all versions of a server's taste, but not when it was forgotten."""
    connection.execute(delete(taste).where(of_server(guild_id), taste.c.votes != FORGOTTEN))


def forget_from(connection: Connection, guild_id: int, at: datetime) -> None:
    """Forget a server's taste; of the votes until then nothing is learned any more."""
    forget_taste(connection, guild_id)
    values = {"votes": FORGOTTEN, "taken": False, "due": False, "learned": {}}
    connection.execute(insert(taste).values(guild_id=guild_id, fitted_at=at, **values))


def forgotten_until(connection: Connection, guild_id: int) -> datetime:
    """The moment until which votes say nothing any more."""
    query = select(taste.c.fitted_at).where(of_server(guild_id), taste.c.votes == FORGOTTEN)
    return connection.scalar(query) or BEGINNING


def person_goes(connection: Connection, user_id: int) -> None:
    """Note that tastes were learned from votes that are about to go: the next look learns them anew."""
    rated = select(rating.c.guild_id).where(rating.c.user_id == user_id, rating.c.guild_id.is_not(None))
    done = select(generation.c.guild_id).join(deed, deed.c.number == generation.c.number)
    servers = or_(taste.c.guild_id.in_(rated), taste.c.guild_id.in_(done.where(deed.c.user_id == user_id)))
    connection.execute(update(taste).where(servers).values(due=True))


def of_server(guild_id: int | None) -> ColumnElement[bool]:
    """The rows of a server; of none those of the shared taste."""
    return and_(taste.c.guild_id.is_(None) if guild_id is None else taste.c.guild_id == guild_id)


def to_taste(row: RowMapping) -> KeptTaste:
    """A row as a record."""
    return KeptTaste(
        number=row["number"],
        guild_id=row["guild_id"],
        fitted_at=row["fitted_at"],
        votes=row["votes"],
        learned=_to_learned(row["learned"]),
    )


def _to_learned(values: dict[str, Any]) -> LearnedTaste:
    # A newer release may have known more.
    return LearnedTaste(**{name: values[name] for name in values.keys() & {one.name for one in fields(LearnedTaste)}})
