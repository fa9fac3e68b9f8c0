"""Repeat in an older copy of the database what was erased after it was made."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, delete, event, select
from sqlalchemy.pool import NullPool

from bot.storage import tallies
from bot.storage.dialects.sqlite import prepare_connection
from bot.storage.learning import battle_rows
from bot.storage.learning.taste_tables import deed
from bot.storage.people import erasures
from bot.storage.people.preferences import USER
from bot.storage.people.privacy import erase_person
from bot.storage.tables import audit, battle_vote, favourite, generation, setting, training_run, vote

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Later:
    """What another state of the database knows.

    Attributes:
        key: Key of the digests; None before the first erasure.
        erased: Kind, digest and id of Discord's, of each erasure.
        numbers: The highest number that was given, by table.
    """

    key: str | None
    erased: tuple[tuple[str, str, int], ...]
    numbers: dict[str, int]


def replay(copy: Path, others: Iterable[Path]) -> int:
    """Repeat erasures that only other states of the database know, and give no number twice.

    Args:
        copy: To be changed; of the newest form.
        others: Databases to learn from; those that cannot be read, or are too old, know nothing.

    Returns:
        How many people and pieces were erased.
    """
    engine = create_engine(f"sqlite:///{copy}", poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", prepare_connection)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            return sum(_learn(connection, later) for later in map(_read, others) if later is not None)
    finally:
        engine.dispose()


def _read(database: Path) -> Later | None:
    try:
        with closing(sqlite3.connect(database.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
            key = connection.execute("SELECT value FROM setting WHERE name = ?", (erasures.KEY,)).fetchone()
            erased = connection.execute("SELECT kind, digest, before_id FROM erasure").fetchall()
            numbers = dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    except sqlite3.Error:
        return None
    return Later(json.loads(key[0]) if key else None, tuple(erased), numbers)


def _learn(connection: Connection, later: Later) -> int:
    for table, number in later.numbers.items():
        _give_higher_numbers(connection, table, number)
    if later.key is None:
        return 0
    unknown = set(later.erased) - set(erasures.known(connection, later.key))
    people = {digest: before_id for kind, digest, before_id in unknown if kind == erasures.PERSON}
    pieces = {digest for kind, digest, _ in unknown if kind == erasures.PIECE}
    count = _erase_people(connection, later.key, people) + _erase_pieces(connection, later.key, pieces)
    erasures.adopt(connection, later.key, unknown)
    return count


def _give_higher_numbers(connection: Connection, table: str, number: int) -> None:
    """Let a table go on with numbers above one: people may still name the pieces that had those below."""
    given = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).scalar()
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    connection.exec_driver_sql("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, max(number, given or 0)))


def _erase_people(connection: Connection, key: str, erased: dict[str, int]) -> int:
    found = [each for each in _people(connection) if erasures.digest_of_person(key, each) in erased]
    for user_id in found:
        erase_person(connection, user_id, delete_pieces=True)
    return len(found)


def _people(connection: Connection) -> set[int]:
    voters = (vote.c.user_id, battle_vote.c.user_id, favourite.c.user_id, deed.c.user_id)
    columns = (generation.c.user_id, *voters, audit.c.actor_id, training_run.c.user_id)
    queries = [select(column).distinct() for column in columns]
    queries.append(select(setting.c.owner).where(setting.c.scope == USER))
    return {user_id for query in queries for user_id in connection.scalars(query) if user_id is not None}


def _erase_pieces(connection: Connection, key: str, erased: set[str]) -> int:
    rows = connection.execute(select(generation.c.number, generation.c.request_id)).all()
    found = [row.number for row in rows if erasures.digest_of_piece(key, row.request_id) in erased]
    battle_rows.withdraw(connection, found)
    erasures.remove_posts_later(connection, found)
    for number in found:
        connection.execute(delete(generation).where(generation.c.number == number))
    tallies.settle(connection, found)
    return len(found)
