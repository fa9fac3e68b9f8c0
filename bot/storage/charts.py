"""Who is liked best: means that a few votes do not carry away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from bot.domain.generation import THERE
from bot.domain.summaries import Ranked, Tally
from bot.storage import rows
from bot.storage.tables import generation, model_tally, tally

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping, Table

LEAST_VOTES = 3
PRIOR_VOTES = 5
"""Votes at the mean of all that each piece is credited with: three cheers do not beat thirty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Which pieces compete; None is no restriction.

    Attributes:
        since: Moment when they were asked for at the earliest.
        model: Name of the model that composed them.
        guild_id: The server where they were composed.
        user_id: Person who asked for them; those of `channel_id` compete as well.
        channel_id: Channel of direct messages.
        least_votes: How many people rated them, at least.
        liked: Whether those are left out that people do not like on the whole.
    """

    since: datetime | None = None
    model: str | None = None
    guild_id: int | None = None
    user_id: int | None = None
    channel_id: int | None = None
    least_votes: int = LEAST_VOTES
    liked: bool = False

    def condition(self) -> ColumnElement[bool]:
        """As SQL: pieces that are there and that others may hear."""
        parts: list[ColumnElement[bool]] = [generation.c.state.in_(list(THERE)), generation.c.private.is_(False)]
        if self.since is not None:
            parts.append(generation.c.created_at >= self.since)
        if self.model is not None:
            parts.append(generation.c.model == self.model)
        if self.guild_id is not None:
            parts.append(generation.c.guild_id == self.guild_id)
        if self.user_id is not None:
            here = and_(generation.c.guild_id.is_(None), generation.c.channel_id == self.channel_id)
            parts.append(or_(generation.c.user_id == self.user_id, here))
        return and_(*parts)


def tally_of(connection: Connection, number: int) -> Tally:
    """Votes for one piece, its author's left out."""
    row = connection.execute(select(tally).where(tally.c.number == number)).mappings().first()
    return _tally(row) if row is not None else Tally()


def top(connection: Connection, chart: Chart, offset: int, limit: int) -> list[Ranked]:
    """The best first, by the mean of their ratings drawn towards the mean of all."""
    mean = mean_of_all(connection)
    score = ((_total(tally) + PRIOR_VOTES * mean) / (_votes(tally) + PRIOR_VOTES)).label("score")
    query = (
        rows.select_generations()
        .add_columns(score, tally.c.likes, tally.c.loves, tally.c.dislikes)
        .join(tally, tally.c.number == generation.c.number)
        .where(chart.condition(), _votes(tally) >= chart.least_votes, *([_total(tally) > 0] if chart.liked else []))
        .order_by(score.desc(), _votes(tally).desc(), generation.c.number.desc())
        .offset(offset)
        .limit(limit)
    )
    return [
        Ranked(rows.to_generation(row), float(row["score"]), _tally(row))
        for row in connection.execute(query).mappings()
    ]


def mean_of_all(connection: Connection) -> float:
    """The mean of all ratings that count; 0 where there are none."""
    query = select(func.sum(_total(model_tally)), func.sum(_votes(model_tally)))
    total, votes = connection.execute(query).one()
    return float(total / votes) if votes else 0.0


def model_tallies(connection: Connection) -> dict[str, Tally]:
    """Votes for the pieces of each model, their authors' left out."""
    query = select(model_tally).where(_votes(model_tally) > 0)
    return {row["model"]: _tally(row) for row in connection.execute(query).mappings()}


def _votes(sums: Table) -> ColumnElement[int]:
    """How many ratings stand in a row of sums."""
    return sums.c.likes + sums.c.loves + sums.c.dislikes


def _total(sums: Table) -> ColumnElement[int]:
    """The sum of their values; a heart is worth two."""
    return sums.c.likes + 2 * sums.c.loves - sums.c.dislikes


def _tally(row: RowMapping) -> Tally:
    return Tally(likes=row["likes"], loves=row["loves"], dislikes=row["dislikes"])
