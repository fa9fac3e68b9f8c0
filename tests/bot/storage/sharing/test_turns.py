"""The order of the queue, as the rows say it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from bot.domain.generation import GenerationState
from bot.pipeline.fair_queue import FairQueue, Ticket
from bot.storage import rows
from bot.storage.sharing import turns
from bot.storage.tables import generation
from tests.bot.builders import ANN, BOB, EVE, LIMITS, NOON, OPTIONS, OTHER_SERVER, SERVER, admission
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cadenza.sqlite3"


def ask(connection: Connection, ticket: Ticket) -> None:
    connection.execute(
        generation.insert().values(
            number=ticket.number,
            request_id=ticket.number,
            user_id=ticket.user_id,
            guild_id=ticket.guild_id,
            channel_id=1,
            locale="en",
            private=False,
            state=GenerationState.ACCEPTED,
            created_at=NOON,
            seconds_spent={},
            **rows.option_columns(OPTIONS),
        )
    )


def numbers_of(connection: Connection) -> list[int]:
    return [each.number for each in turns.queue(connection)]


def agree_for_a_while(connection: Connection, random: Random) -> None:
    """Ask, take, cancel and break off at random; the rows and the queue in memory say the same at each step."""
    queue, taken = FairQueue(), list[Ticket]()
    tickets: dict[int, Ticket] = {}
    for number in range(1, 40):
        server = random.choice([None, 1, 2, 2, 2, 3])
        ticket = tickets[number] = Ticket(number, server, random.randint(1, 4))
        queue.add(ticket)
        ask(connection, ticket)
        assert numbers_of(connection) == queue.order()
        for _ in range(random.choice([0, 0, 1, 1, 2, 5])):
            if (next_one := queue.take()) is None:
                break
            assert numbers_of(connection)[0] == next_one
            values = {"state": GenerationState.COMPOSING, "turn": turns.NEXT_TURN}
            assert rows.move(connection, next_one, [GenerationState.ACCEPTED], **values) is not None
            taken.append(tickets[next_one])
        if taken and random.random() < 0.1:
            again = taken.pop()
            queue.add(again)
            rows.move(connection, again.number, [GenerationState.COMPOSING], state=GenerationState.ACCEPTED)


async def test_the_rows_and_a_queue_in_memory_agree_whoever_asks_in_whatever_order(path):
    async with open_store(path) as store:
        for seed in range(3):

            def unit(connection: Connection, seed: int = seed) -> None:
                connection.execute(delete(generation))
                agree_for_a_while(connection, Random(seed))

            await store.database.write(unit)


async def test_a_piece_is_begun_in_its_turn_among_those_that_a_bot_has(path):
    async with open_store(path) as store:
        admit = store.generations.admit
        first, second = [(await admit(admission(), LIMITS)).number for _ in range(2)]
        bob = (await admit(admission(user_id=BOB), LIMITS)).number
        elsewhere = (await admit(admission(user_id=EVE, guild_id=OTHER_SERVER), LIMITS)).number
        waiting = [each.number for each in await store.generations.queue()]

        begun = [await store.generations.begin({first, second, bob}, lease="one bot") for _ in range(2)]
        by_another = await store.generations.begin({elsewhere, first}, lease="another")
        none = await store.generations.begin({elsewhere, first}, lease="another")
        left = [each.number for each in await store.generations.queue()]

    assert waiting == [first, elsewhere, bob, second]
    assert [each and each.number for each in begun] == [first, bob]
    assert by_another is not None
    assert by_another.number == elsewhere
    assert none is None
    assert left == [second]


async def test_turns_are_found_in_indexes_however_many_pieces_there_were(path):
    """Of a server and of a person: who scanned the table would wait longer with each piece that was ever made."""
    async with open_store(path) as store:
        await store.generations.admit(admission(user_id=ANN, guild_id=SERVER), LIMITS)
        await store.generations.admit(admission(user_id=ANN, guild_id=None), LIMITS)
        plan = await store.database.read(_plan)

    assert "generation_turns_of_server" in plan
    assert "generation_turns_of_person" in plan


def _plan(connection: Connection) -> str:
    server = connection.dialect.name == "postgresql"
    if server:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    query = turns.QUEUE.compile(connection, compile_kwargs={"literal_binds": True})
    rows_of_plan = connection.exec_driver_sql(f"EXPLAIN {'' if server else 'QUERY PLAN '}{query}")
    return "\n".join(str(row) for row in rows_of_plan)
