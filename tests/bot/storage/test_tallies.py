"""The running sums are what a count of all ratings would give, whatever was done; and reading them costs the same."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage.charts import Chart
from bot.storage.database import open_database
from bot.storage.dialects.sqlite import SqliteFile
from bot.storage.files.replay import replay
from bot.storage.migrations.versions import r0009_tally
from bot.storage.people.retention import Keep
from bot.storage.store import Store
from tests.bot.builders import ANN, BOB, EVE, LATER, OPTIONS, SetClock, delivered
from tests.bot.databases import open_store

PEOPLE = (ANN, BOB, EVE)
PIECES = range(1, 5)
MODELS = ("tiny", "large")

SLACK = 50
"""Steps that a list may take more with other figures in it; a vote that is looked at takes several."""

COUNTED = """
SELECT rating.number, model, sum(value = 1), sum(value = 2), sum(value = -1)
FROM rating JOIN generation USING (number) WHERE NOT is_author GROUP BY rating.number ORDER BY rating.number
"""
COUNTED_BY_MODEL = """
SELECT model, sum(value = 1), sum(value = 2), sum(value = -1)
FROM rating JOIN generation USING (number) WHERE NOT is_author GROUP BY model ORDER BY model
"""

number, person, value = st.sampled_from(PIECES), st.sampled_from(PEOPLE), st.sampled_from((-1, 1, 2))
DEEDS = st.one_of(
    st.tuples(st.just("vote"), number, person, value),
    st.tuples(st.just("press"), number, person, value),
    st.tuples(st.just("unpress"), number, person),
    st.tuples(st.just("withdraw"), number, person, value),
    st.tuples(st.just("clear"), number),
    st.tuples(st.just("reconcile"), number, st.lists(st.tuples(value, person), max_size=4)),
    st.tuples(st.just("take_back"), number),
    st.tuples(st.just("erase"), person, st.booleans()),
    st.tuples(st.just("clean")),
    st.tuples(st.just("restore")),
)  # fmt: skip


def message(piece: int) -> int:
    return 9000 + piece


class Campaign:
    """A database, an older copy of it, and all that changes ratings."""

    def __init__(self, store: Store, clock: SetClock, path: Path, older: Path) -> None:
        self.store, self.clock, self.path, self.older = store, clock, path, older

    async def do(self, deed: str, *details: Any) -> None:
        await getattr(self, deed)(*details)

    async def vote(self, number: int, person: int, value: int) -> None:
        await self.store.ratings.vote(number, person, value, source="reaction", message_id=message(number))

    async def press(self, number: int, person: int, value: int) -> None:
        await self.store.ratings.vote(number, person, value, source="button")

    async def unpress(self, number: int, person: int) -> None:
        await self.store.ratings.unpress(number, person)

    async def withdraw(self, number: int, person: int, value: int) -> None:
        await self.store.ratings.withdraw(number, person, value, source="reaction", message_id=message(number))

    async def clear(self, number: int) -> None:
        await self.store.ratings.clear(message(number))

    async def reconcile(self, number: int, votes: list[tuple[int, int]]) -> None:
        standing: dict[int, set[int]] = {}
        for value, person in votes:
            standing.setdefault(value, set()).add(person)
        await self.store.ratings.reconcile(message(number), standing)

    async def take_back(self, number: int) -> None:
        await self.store.generations.taken_back(number)

    async def erase(self, person: int, delete_pieces: bool) -> None:  # noqa: FBT001 - drawn
        await self.store.privacy.erase(person, delete_pieces=delete_pieces, before_id=LATER)

    async def clean(self) -> None:
        self.clock.pass_by(4000)
        await self.store.retention.work_off(Keep(failed_days=1, audit_days=1))

    async def copy(self) -> None:
        """Keep the database as it is now; at first there is none."""
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(self.older)) as copy:
            source.backup(copy)

    async def restore(self) -> None:
        """Repeat in the copy what was erased since."""
        await asyncio.to_thread(replay, self.older, [self.path])


def check_sums(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        kept = database.execute("SELECT * FROM tally ORDER BY number").fetchall()
        by_model = database.execute(
            "SELECT * FROM model_tally WHERE likes OR loves OR dislikes ORDER BY model"
        ).fetchall()
        assert kept == database.execute(COUNTED).fetchall()
        assert by_model == database.execute(COUNTED_BY_MODEL).fetchall()


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with four pieces by three people and two models."""
    path: Path = tmp_path_factory.mktemp("rated") / "cadenza.sqlite3"

    async def fill() -> None:
        async with open_store(path, SetClock()) as store:
            for piece in PIECES:
                options = replace(OPTIONS, model=MODELS[piece % 2])
                await delivered(store, user_id=PEOPLE[piece % 3], options=options, message_id=message(piece))

    asyncio.run(fill())
    return path


@settings(deadline=None, max_examples=30)
@given(before=st.lists(DEEDS, max_size=8), after=st.lists(DEEDS, max_size=8))
def test_the_sums_are_what_a_count_gives_after_any_deeds_also_in_a_backup_that_is_put_back(rated, before, after):
    asyncio.run(campaign(rated, [*before, ("copy",), *after, ("restore",)]))


async def campaign(rated: Path, deeds: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, older = Path(folder) / "cadenza.sqlite3", Path(folder) / "older.sqlite3"
        shutil.copy(rated, path)
        shutil.copy(rated, older)
        async with open_database(SqliteFile(path)) as database:
            clock = SetClock()
            here = Campaign(Store(database, clock), clock, path, older)
            for deed in deeds:
                await here.do(*deed)
        check_sums(path)
        check_sums(older)


async def steps_of(store: Store) -> list[int]:
    """Steps that SQLite takes for `/top`, one piece's votes and those of each model."""
    counts = []
    for read in (lambda: store.ratings.top(Chart()), lambda: store.ratings.tally(1), store.models.tallies):
        taken = 0

        def step() -> int:
            nonlocal taken
            taken += 1
            return 0

        await store.database.read(lambda connection: _driver(connection).set_progress_handler(step, 1))
        await read()
        counts.append(taken)
    return counts


def _driver(connection: Any) -> sqlite3.Connection:
    """The driver's connection; the pool hands the one that was given back last out again."""
    found: sqlite3.Connection = connection.connection.driver_connection._conn  # noqa: SLF001 - of aiosqlite
    return found


async def test_lists_cost_as_much_with_many_votes_as_with_few(tmp_path):
    async with open_store(tmp_path / "cadenza.sqlite3") as store:
        for _ in PIECES:
            await delivered(store)
        for person in range(3):
            for piece in PIECES:
                await store.ratings.vote(piece, 10 + person, 1, source="menu")
        few = await steps_of(store)
        for person in range(200):
            await store.ratings.vote(1, 100 + person, 2, source="menu")

        many = await steps_of(store)
        assert all(now < before + SLACK for now, before in zip(many, few, strict=True))
        assert (await store.ratings.tally(1)).loves == 200


async def test_an_upgrade_fills_the_sums_from_the_ratings_there_are(tmp_path):
    path = tmp_path / "cadenza.sqlite3"
    async with open_store(path) as store:
        for _ in PIECES:
            number = (await delivered(store)).number
            for person, value in ((BOB, 2), (EVE, -1), (ANN, 1)):
                await store.ratings.vote(number, person, value, source="menu")
    with closing(sqlite3.connect(path)) as database:
        database.executescript("DROP TABLE tally; DROP TABLE model_tally")

    # Of all steps this one alone: those that come after it have been taken.
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        r0009_tally.upgrade()
    engine.dispose()

    check_sums(path)
