"""What a database does in a way of its own; everything else in `bot.storage` is the same on all of them."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.domain.locks import Locks
    from bot.domain.shards import ShardShare

WRITES = "cadenza_writes"
"""Execution option of a connection on which there will be writes."""

BUSY_SECONDS = 30
"""How long a unit waits for another process's, a backup's say, before it fails."""

READERS = 2
"""Units that read at the same time; one may write beside them."""


class Access(Enum):
    """What a unit does with the database.

    Attributes:
        ASK: Asks one thing alone, which sees one state by itself.
        READ: Reads, and sees one state however long it takes.
        WRITE: Reads and writes; nobody else writes meanwhile, in any process.
        CHANGE: Changes rows on conditions that those rows alone fulfil. Others may write meanwhile, if the database can
            have two that do.
    """

    ASK = auto()
    READ = auto()
    WRITE = auto()
    CHANGE = auto()


class Dialect(Protocol):
    """One database: where it is, and how it is opened, locked, migrated and read."""

    @property
    def setting(self) -> str:
        """Name of the setting that says where it is, for errors."""

    @property
    def place(self) -> str:
        """Where it is, for people: without a password."""

    @property
    def file(self) -> Path | None:
        """The file that we copy each day; None on a server, which whoever runs it copies."""

    def make_engine(self) -> AsyncEngine:
        """An engine with as many connections as `Database` uses; nothing is connected yet.

        Raises:
            SettingsError: If its driver is not installed.
        """

    async def begin(self, connection: AsyncConnection, access: Access, *, seconds: float) -> None:
        """Begin a transaction.

        Args:
            connection: One of the engine's.
            access: What the unit does in it.
            seconds: How long it may wait for the lock.

        Raises:
            DatabaseError: One of which `is_locked` is true, after that time.
        """

    def alter(self, unit: Callable[[Connection], None], seconds: float) -> None:
        """Run `unit`, which may change tables, as one transaction beside which nobody writes; blocks.

        The database is made if there is none and it can be.

        Args:
            unit: Changes the tables; what it raises undoes all of it.
            seconds: How long it may wait for others.

        Raises:
            SettingsError: If there is no such place.
            DatabaseError: If it cannot be used.
        """

    def broken_references(self, connection: Connection) -> Counter[tuple[str, str]]:
        """Count the rows that refer to none, by their table and the table that they refer to."""

    def keep_copy(self, moment: datetime, occasion: str) -> None:
        """Copy it as it is, if that is ours to do.

        Raises:
            BackupError: It cannot be copied.
        """

    def only_one(self, share: ShardShare) -> AbstractAsyncContextManager[Locks]:
        """Keep a second bot off that has one of these shards, and give the locks of this process.

        Raises:
            TemporaryTrouble: Another one runs.
            SettingsError: The database cannot be used.
        """

    def reading(self) -> AbstractContextManager[Connection]:
        """One state of the database, to be read by whoever may block.

        Raises:
            SettingsError: There is none, or it cannot be read.
        """
