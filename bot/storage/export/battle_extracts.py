"""Battles as training reads them: both pieces, and what people said who heard them blind."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from bot.domain.battle import Choice
from bot.domain.generation import THERE
from bot.domain.vote_weights import Shares, Vote, opinion
from bot.storage.export.rated_columns import RATED_COLUMNS, Pseudonyms, takes_part
from bot.storage.learning.battles import bouts
from bot.storage.packing import unpack
from bot.storage.tables import battle, battle_vote, generation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from bot.domain.battle import Bout

    Row = dict[str, Any]

_NOBODY = {"liked": 0.0, "disliked": 0.0, "people": 0, "votes": []}
"""What a piece's own votes are in the row of a battle, which tells of its own alone."""


def count_battles(connection: Connection, since: datetime) -> int:
    """How many battles have votes that train."""
    query = select(func.count(battle_vote.c.number.distinct())).join_from(battle_vote, battle)
    return connection.scalar(query.where(_counting(since))) or 0


def battles(connection: Connection, since: datetime, people: Pseudonyms) -> Iterator[Row]:
    """Each battle whose votes train, see `composer.training_contract.BattleRow`.

    Votes are capped as others are (see `bot.domain.vote_weights`): by person, over all battles, and by server.
    """
    shares = Shares()
    for bout in bouts(connection, _counting(since)):
        shares.count(_vote(bout))
    for _, said in groupby(bouts(connection, _counting(since)), key=lambda bout: bout.battle):
        found = list(said)
        weighed = opinion(map(_vote, found), shares).votes
        yield {
            "first": _piece(connection, found[0].first),
            "second": _piece(connection, found[0].second),
            "votes": [
                (people.of(bout.person), bout.choice.value, weight)
                for bout, (_, weight) in zip(found, weighed, strict=True)
            ],
        }


def _vote(bout: Bout) -> Vote:
    """A vote in a battle weighs as a thumb does."""
    return Vote(bout.person, bout.guild_id, 1)


def _piece(connection: Connection, number: int) -> Row:
    columns = [column.label(name) for name, column in RATED_COLUMNS.items()]
    row = connection.execute(select(*columns).where(generation.c.number == number)).mappings().one()
    return {**row, "tokens": list(unpack(row["tokens"])), **_NOBODY}


def _counting(since: datetime) -> ColumnElement[bool]:
    """Which votes train: on two pieces that are there, open to others and have tokens, where servers take part."""
    train = and_(
        generation.c.created_at >= since,
        generation.c.state.in_(list(THERE)),
        generation.c.private.is_(False),
        generation.c.tokens.is_not(None),
        takes_part(generation.c.guild_id),
    )
    numbers = select(generation.c.number).where(train)
    return and_(
        battle.c.number.in_(numbers),
        battle.c.second.in_(numbers),
        takes_part(battle_vote.c.guild_id),
        battle_vote.c.choice.in_([choice.value for choice in Choice]),
    )
