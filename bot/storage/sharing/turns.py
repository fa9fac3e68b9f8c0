"""Whose piece is next: servers take turns, and within a server its people do; as in `bot.pipeline.fair_queue`.

The rows say it all: `turn` tells when a piece was begun, by a number that rises over all pieces. So several bots that
share one database agree, and a bot that starts anew goes on where the last one ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from bot.domain.generation import GenerationState
from bot.storage import rows
from bot.storage.dialects import link
from bot.storage.tables import generation

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import CTE, ColumnElement, Connection, ScalarSelect, Select

    from bot.domain.generation import Generation


QUEUE_CHANGED = "queue"
"""The word that tells other bots of another order."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A piece that waits for its turn.

    Attributes:
        number: Its number.
        model: Name of the model that composes it.
        seconds: Seconds of music.
    """

    number: int
    model: str
    seconds: float


@dataclass(frozen=True, slots=True)
class InTheMaking:
    """A piece that is being composed.

    Attributes:
        number: Its number.
        model: Name of the model that composes it.
        seconds: Seconds of music.
        since: Seconds for which it has been composed.
    """

    number: int
    model: str
    seconds: float
    since: float


def in_the_making(connection: Connection, now: datetime) -> list[InTheMaking]:
    """All that is being composed, whichever bot has it, oldest first."""
    columns = [generation.c[name] for name in ("number", "model", "seconds", "started_at")]
    query = select(*columns).where(
        generation.c.state == GenerationState.COMPOSING, generation.c.started_at.is_not(None)
    )
    return [
        InTheMaking(row.number, row.model, row.seconds, (now - row.started_at).total_seconds())
        for row in connection.execute(query.order_by(generation.c.started_at))
    ]


def queue(connection: Connection) -> list[Waiting]:
    """All that wait, in the order in which they are taken if nobody else comes."""
    return [Waiting(row.number, row.model, row.seconds) for row in connection.execute(QUEUE)]


def begin(connection: Connection, numbers: Collection[int], *, lease: str, now: datetime) -> Generation | None:
    """Begin that one of some pieces whose turn comes first; None if none of them waits."""
    first = QUEUE.where(QUEUE.selected_columns.number.in_(numbers)).limit(1)
    number = connection.scalar(first)
    if number is None:
        return None
    values: dict[str, Any] = {
        "state": GenerationState.COMPOSING,
        "attempts": generation.c.attempts + 1,
        "lease": lease,
        "started_at": now,
        "turn": NEXT_TURN,
    }
    link.tell(connection, QUEUE_CHANGED)
    return rows.move(connection, number, [GenerationState.ACCEPTED], **values)


_had = generation.alias()
NEXT_TURN: ScalarSelect[int] = select(func.coalesce(func.max(_had.c.turn), 0) + 1).scalar_subquery()
"""The number of the turn that begins now."""


def _select_queue() -> Select[Any]:
    """Pieces that wait, in their order.

    In each round a server has one piece, and within a server each of its people has one in each round of theirs.
    Whoever had a turn longest ago comes first. Who never had one comes before, in the order in which they asked.
    """
    waiting = (
        select(
            *(generation.c[name] for name in ("number", "guild_id", "user_id", "model", "seconds")),
        )
        .where(generation.c.state == GenerationState.ACCEPTED)
        .cte("waiting")
    )
    server, person = (waiting.c.guild_id,), (waiting.c.guild_id, waiting.c.user_id)
    number = waiting.c.number
    of_person = select(
        *waiting.c,
        func.row_number().over(partition_by=person, order_by=number).label("round"),
        func.min(number).over(partition_by=person).label("first_of_person"),
        func.min(number).over(partition_by=server).label("first_of_server"),
        _last_turn(waiting, of_person=True).label("served_person"),
        _last_turn(waiting, of_person=False).label("served_server"),
    ).cte("of_person")
    within = (of_person.c.round, of_person.c.served_person, of_person.c.first_of_person)
    of_server = select(
        *of_person.c,
        func.row_number().over(partition_by=of_person.c.guild_id, order_by=within).label("round_of_server"),
    ).cte("of_server")
    place = (of_server.c.round_of_server, of_server.c.served_server, of_server.c.first_of_server)
    return select(of_server.c.number, of_server.c.model, of_server.c.seconds).order_by(*place)


def _last_turn(waiting: CTE, *, of_person: bool) -> ColumnElement[int]:
    """When the server of a waiting piece, or its person there, was served last; 0 if never."""
    served = generation.alias()
    last = select(func.max(served.c.turn))
    if of_person:
        last = last.where(served.c.user_id == waiting.c.user_id)
    there = last.where(served.c.guild_id == waiting.c.guild_id).scalar_subquery()
    in_messages = last.where(served.c.guild_id.is_(None)).scalar_subquery()
    # No index serves a comparison that also holds between two that are null.
    return func.coalesce(case((waiting.c.guild_id.is_(None), in_messages), else_=there), 0)


QUEUE = _select_queue()
"""The query itself."""
