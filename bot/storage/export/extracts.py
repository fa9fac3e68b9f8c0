"""What goes out to people who study the ratings, and to training: rows without Discord's ids."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from bot.domain.generation import THERE, GenerationState
from bot.domain.vote_weights import Shares, Vote, opinion
from bot.storage.packing import unpack
from bot.storage.people.preferences import servers_apart
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

_RATED = {
    "number": generation.c.number,
    "model": generation.c.model,
    "version": generation.c.version,
    "tokens": generation.c.tokens,
    "metre": generation.c.chosen_metre,
    "bars": generation.c.bars,
    "style": generation.c.style,
    "key": generation.c.chosen_key,
    "tempo": generation.c.beats_per_minute,
    "seconds": generation.c.seconds,
    "creativity": generation.c.creativity,
    "seed": generation.c.seed,
    "measures": generation.c.measures,
    "another_of": generation.c.another_of,
}
"""Where each field of `training_contract.RatedPieceRow` stands, but those of the votes."""

BEGINNING = datetime.fromtimestamp(0, UTC)
"""Before anything that is remembered."""


class Pseudonyms:
    """Small numbers in the place of Discord's, in the order of their coming; nobody keeps which is whose."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def of(self, discord_id: int | None) -> int | None:
        """The same number for the same id, within one extract."""
        return None if discord_id is None else self._numbers.setdefault(discord_id, len(self._numbers) + 1)


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
    """What training learns from: a header, then each rated piece with the weights of its votes.

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
    )
    yield dict(header)
    columns = [column.label(name) for name, column in _RATED.items()]
    numbers = select(rating.c.number).join(generation).where(counting(since))
    chosen = select(*columns).where(generation.c.number.in_(numbers)).order_by(generation.c.number)
    rows = connection.execute(chosen).mappings()
    for row, (_, votes) in zip(rows, _votes_by_piece(connection, since), strict=True):
        found = opinion(votes, shares)
        told = [(people.of(person), weight) for person, weight in found.votes]
        yield {**row, "tokens": list(unpack(row["tokens"])), **asdict(found), "votes": told}


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
        _takes_part(rating.c.guild_id),
        _takes_part(generation.c.guild_id),
    )


def _takes_part(guild_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(guild_id.is_(None), guild_id.not_in(servers_apart()))


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
