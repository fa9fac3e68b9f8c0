"""What a server's taste is learned from: votes of its people, and what else they did with pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select

from bot.domain.battle import Choice
from bot.domain.generation import THERE
from bot.domain.taste import RatedForTaste, TasteMaterial
from bot.storage.export.rated_columns import Pseudonyms, takes_part
from bot.storage.learning.battles import bouts
from bot.storage.learning.signal_rows import count_signals, signals
from bot.storage.learning.taste_rows import forgotten_until
from bot.storage.tables import battle_vote, generation, rating
from composer.taste.signals import weigh_signals
from composer.taste.weighing import TasteVote
from composer.training_contract import VOTE_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

_AT_ONCE = 500
"""Pieces that one statement names; SQLite takes some thousands."""


def material(connection: Connection, guild_id: int) -> TasteMaterial:
    """Everything that says what the people of a server like; of none who had theirs deleted anything is there."""
    people = Pseudonyms()
    since = forgotten_until(connection, guild_id)
    weights = weigh_signals(count_signals(connection))
    votes = [
        *_votes(connection, guild_id, people, since),
        *_battles(connection, guild_id, people, since),
        *_signals(connection, guild_id, people, since, weights),
    ]
    numbers = sorted({number for vote in votes for number in vote.about if number is not None})
    pieces = {piece.number: piece for piece in _pieces(connection, numbers)}
    known = tuple(vote for vote in votes if {vote.piece, vote.than or vote.piece} <= pieces.keys())
    return TasteMaterial(pieces=tuple(pieces.values()), votes=known, signals=weights)


def counts(connection: Connection, guild_id: int) -> tuple[int, int, int]:
    """How many votes, rated pieces and people who rated there are for a taste."""
    since = forgotten_until(connection, guild_id)
    query = select(func.count(), func.count(rating.c.number.distinct()), func.count(rating.c.user_id.distinct()))
    query = query.join_from(rating, generation).where(_counting(guild_id, since))
    votes, pieces, people = connection.execute(query).one()
    return votes, pieces, people


def _counting(guild_id: int, since: datetime) -> ColumnElement[bool]:
    """Which ratings say what a server likes: others' than the author's, given there, of pieces open to others."""
    return and_(
        rating.c.guild_id == guild_id,
        rating.c.is_author.is_(False),
        rating.c.rated_at > since,
        takes_part(rating.c.guild_id),
        _open(),
    )


def _open() -> ColumnElement[bool]:
    """Which pieces are learned from: that are there, open to others, and nobody's own music."""
    return and_(
        generation.c.state.in_(list(THERE)),
        generation.c.private.is_(False),
        generation.c.treatment.is_(None),
        generation.c.measures.is_not(None),
        generation.c.chosen_key.is_not(None),
        generation.c.beats_per_minute.is_not(None),
        takes_part(generation.c.guild_id),
    )


def _votes(connection: Connection, guild_id: int, people: Pseudonyms, since: datetime) -> Iterator[TasteVote]:
    query = select(rating.c.number, rating.c.user_id, rating.c.value).join_from(rating, generation)
    for row in connection.execute(query.where(_counting(guild_id, since)).order_by(rating.c.number, rating.c.user_id)):
        yield TasteVote(
            piece=row.number, person=people.of(row.user_id) or 0, liked=row.value > 0, weight=VOTE_WEIGHTS[row.value]
        )


def _battles(connection: Connection, guild_id: int, people: Pseudonyms, since: datetime) -> Iterator[TasteVote]:
    """The votes in battles there that say which piece is the better."""
    here = (battle_vote.c.guild_id == guild_id, battle_vote.c.cast_at > since, takes_part(battle_vote.c.guild_id))
    for bout in bouts(connection, *here):
        if bout.choice in {Choice.A, Choice.B}:
            better, worse = (bout.first, bout.second) if bout.choice is Choice.A else (bout.second, bout.first)
            yield TasteVote(piece=better, than=worse, person=people.of(bout.person) or 0, liked=True)


def _signals(
    connection: Connection, guild_id: int, people: Pseudonyms, since: datetime, weights: Mapping[str, float]
) -> Iterator[TasteVote]:
    """What people did with pieces that they did not vote on."""
    signal = signals()
    voted = and_(rating.c.number == signal.c.number, rating.c.user_id == signal.c.user_id)
    query = select(signal.c.kind, signal.c.number, signal.c.user_id).join(
        generation, generation.c.number == signal.c.number
    )
    here = (signal.c.guild_id == guild_id, generation.c.created_at > since, _open())
    without = query.outerjoin(rating, voted).where(*here, rating.c.number.is_(None))
    for row in connection.execute(without.order_by(signal.c.number, signal.c.user_id, signal.c.kind)):
        weight = weights[row.kind]
        if weight:
            yield TasteVote(
                piece=row.number, person=people.of(row.user_id) or 0, liked=weight > 0, weight=abs(weight), cast=False
            )


def _pieces(connection: Connection, numbers: list[int]) -> Iterator[RatedForTaste]:
    columns = ("number", "model", "version", "style", "measures", "another_of")
    chosen = (generation.c.chosen_key, generation.c.beats_per_minute, *(generation.c[name] for name in columns))
    for begin in range(0, len(numbers), _AT_ONCE):
        some = generation.c.number.in_(numbers[begin : begin + _AT_ONCE])
        for row in connection.execute(select(*chosen).where(some, _open()).order_by(generation.c.number)):
            yield RatedForTaste(
                number=row.number,
                model=row.model,
                version=row.version,
                style=row.style,
                key=row.chosen_key,
                tempo=row.beats_per_minute,
                measures=row.measures,
                family=row.another_of or row.number,
            )
