"""What goes out to people who study the ratings, and to training: rows without Discord's ids."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from bot.domain.generation import THERE, GenerationState
from bot.domain.vote_weights import Shares, Vote, opinion
from bot.storage.export import battle_extracts
from bot.storage.export.rated_columns import RATED_COLUMNS, Pseudonyms, takes_part
from bot.storage.packing import unpack
from bot.storage.tables import battle, battle_vote, generation, rating
from composer.tokens import vocabulary
from composer.training_contract import RATINGS_FORMAT, RATINGS_VERSION, RatingsHeader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection

Row = dict[str, Any]

_KEPT_BACK = (
    "user_id", "guild_id", "channel_id", "request_id", "reply_token", "reply_message_id", "message_id", "lease",
    "lease_until", "progress", "turn", "locale", "tokens", "untold", "call_message_id", "theme",
)  # fmt: skip
"""Columns of a generation that lead to persons and places, that only training needs, or that are somebody's own."""

BEGINNING = datetime.fromtimestamp(0, UTC)
"""Before anything that is remembered."""


def everything(connection: Connection, since: datetime) -> dict[str, list[Row]]:
    """All generations, ratings and votes in battles since a moment, but those of private and of deleted pieces."""
    people, servers = Pseudonyms(), Pseudonyms()
    told = [column for column in generation.columns if column.name not in _KEPT_BACK]
    open_to_others = and_(generation.c.private.is_(False), generation.c.state != GenerationState.DELETED)
    pieces = (
        select(*told, generation.c.user_id, generation.c.guild_id)
        .where(generation.c.created_at >= since, open_to_others)
        .order_by(generation.c.number)
    )
    opinions = (
        select(rating)
        .join_from(rating, generation)
        .where(rating.c.rated_at >= since, open_to_others)
        .order_by(rating.c.number, rating.c.rated_at)
    )
    battles = (
        select(battle_vote, battle.c.second)
        .join_from(battle_vote, battle)
        .join(generation, generation.c.number == battle.c.number)
        .where(battle_vote.c.cast_at >= since, open_to_others)
        .order_by(battle_vote.c.number, battle_vote.c.cast_at)
    )
    return {
        "generations": [
            _anonymous(_without_given_music(dict(row)), people, servers)
            for row in connection.execute(pieces).mappings()
        ],
        "ratings": [_anonymous(dict(row), people, servers) for row in connection.execute(opinions).mappings()],
        "battle_votes": [_anonymous(dict(row), people, servers) for row in connection.execute(battles).mappings()],
    }


def rated(connection: Connection, since: datetime) -> Iterator[Row]:
    """What training learns from: a header, each rated piece with the weights of its votes, then the battles.

    Votes are left out that do not train (see `counting`), and capped (see `bot.domain.vote_weights`). Rows are read
    as they are taken, in a transaction of the caller's, which has to show one state of the database throughout.
    """
    shares, pieces, people = Shares(), 0, Pseudonyms()
    for _, votes in _votes_by_piece(connection, since):
        pieces += 1
        for vote in votes:
            shares.count(vote)
    header = RatingsHeader(
        format=RATINGS_FORMAT,
        version=RATINGS_VERSION,
        vocabulary=vocabulary.fingerprint(),
        pieces=pieces,
        people=len(shares),
        battles=battle_extracts.count_battles(connection, since),
    )
    yield dict(header)
    columns = [column.label(name) for name, column in RATED_COLUMNS.items()]
    numbers = select(rating.c.number).join(generation).where(counting(since))
    chosen = select(*columns).where(generation.c.number.in_(numbers)).order_by(generation.c.number)
    rows = connection.execute(chosen).mappings()
    for row, (_, votes) in zip(rows, _votes_by_piece(connection, since), strict=True):
        found = opinion(votes, shares)
        told = [(people.of(person), weight) for person, weight in found.votes]
        yield {**row, "tokens": list(unpack(row["tokens"])), **asdict(found), "votes": told}
    yield from battle_extracts.battles(connection, since, people)


def count_rated(connection: Connection, since: datetime) -> tuple[int, int]:
    """How many pieces with votes that train there are, and how many people cast them."""
    query = select(func.count(rating.c.number.distinct()), func.count(rating.c.user_id.distinct()))
    pieces, people = connection.execute(query.join_from(rating, generation).where(counting(since))).one()
    return pieces, people


def counting(since: datetime) -> ColumnElement[bool]:
    """Which ratings train: others' than the author's, of pieces since a moment that are there and open to others.

    Neither votes from servers that do not take part, nor for pieces that were composed there. Bots' votes and those of
    people who had theirs deleted are not in the table.
    """
    return and_(
        rating.c.is_author.is_(False),
        generation.c.created_at >= since,
        generation.c.state.in_(list(THERE)),
        generation.c.private.is_(False),
        generation.c.tokens.is_not(None),
        takes_part(rating.c.guild_id),
        takes_part(generation.c.guild_id),
    )


def _votes_by_piece(connection: Connection, since: datetime) -> Iterator[tuple[int, Iterator[Vote]]]:
    """The votes that train, by piece, in the order of the pieces' numbers."""
    columns = (rating.c.number, rating.c.user_id, rating.c.guild_id, rating.c.value)
    query = select(*columns).join_from(rating, generation).where(counting(since)).order_by(*columns[:2])
    for number, rows in groupby(connection.execute(query), key=lambda row: row.number):
        yield number, (Vote(row.user_id, row.guild_id, row.value) for row in rows)


def _without_given_music(row: Row) -> Row:
    """The row without notes, where they may be somebody's own: those of a piece that goes on from given music."""
    return {**row, "midi": None, "sound": None} if row["treatment"] else row


def _anonymous(row: Row, people: Pseudonyms, servers: Pseudonyms) -> Row:
    person, server = people.of(row.pop("user_id")), servers.of(row.pop("guild_id"))
    return {**row, "person": person, "server": server}
