"""Who is liked best: means that a few votes do not carry away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from bot.domain.generation import THERE
from bot.domain.summaries import Ranked, Tally
from bot.storage import rows
from bot.storage.tables import generation, rating

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Subquery

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
    """

    since: datetime | None = None
    model: str | None = None
    guild_id: int | None = None
    user_id: int | None = None
    channel_id: int | None = None

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


def tally(connection: Connection, number: int) -> Tally:
    """Votes for one piece, its author's left out."""
    query = (
        select(rating.c.value, func.count().label("votes"))
        .where(rating.c.number == number, rating.c.is_author.is_(False))
        .group_by(rating.c.value)
    )
    counts = {row.value: row.votes for row in connection.execute(query)}
    return Tally(likes=counts.get(1, 0), loves=counts.get(2, 0), dislikes=counts.get(-1, 0))


def top(connection: Connection, chart: Chart, offset: int, limit: int) -> list[Ranked]:
    """The best first, by the mean of their ratings drawn towards the mean of all."""
    votes = _votes()
    mean = mean_of_all(connection)
    score = ((votes.c.total + PRIOR_VOTES * mean) / (votes.c.votes + PRIOR_VOTES)).label("score")
    query = (
        rows.select_generations()
        .add_columns(score, votes.c.likes, votes.c.loves, votes.c.dislikes)
        .join(votes, votes.c.number == generation.c.number)
        .where(chart.condition(), votes.c.votes >= LEAST_VOTES)
        .order_by(score.desc(), votes.c.votes.desc(), generation.c.number.desc())
        .offset(offset)
        .limit(limit)
    )
    return [
        Ranked(
            rows.to_generation(row),
            float(row["score"]),
            Tally(likes=row["likes"], loves=row["loves"], dislikes=row["dislikes"]),
        )
        for row in connection.execute(query).mappings()
    ]


def mean_of_all(connection: Connection) -> float:
    """The mean of all ratings that count; 0 where there are none."""
    query = select(func.avg(rating.c.value)).where(rating.c.is_author.is_(False))
    return float(connection.scalar(query) or 0.0)


def model_scores(connection: Connection) -> dict[str, tuple[float, int]]:
    """Bayesian mean and number of ratings of each model's pieces."""
    mean = mean_of_all(connection)
    query = (
        select(generation.c.model, func.sum(rating.c.value), func.count())
        .join(rating, rating.c.number == generation.c.number)
        .where(rating.c.is_author.is_(False))
        .group_by(generation.c.model)
    )
    return {
        name: ((total + PRIOR_VOTES * mean) / (votes + PRIOR_VOTES), votes)
        for name, total, votes in connection.execute(query)
    }


def _votes() -> Subquery:
    def number_of(value: int) -> Any:  # noqa: ANN401 - a column of numbers
        return func.count().filter(rating.c.value == value)

    return (
        select(
            rating.c.number,
            func.sum(rating.c.value).label("total"),
            func.count().label("votes"),
            number_of(1).label("likes"),
            number_of(2).label("loves"),
            number_of(-1).label("dislikes"),
        )
        .where(rating.c.is_author.is_(False))
        .group_by(rating.c.number)
        .subquery()
    )
