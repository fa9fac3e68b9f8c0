"""What one process at a time may do, of all that share a database."""

from __future__ import annotations

from typing import Protocol

TRAINING = "training"
"""Training a model."""


class Locks(Protocol):
    """Locks of this process, which it loses when it ends, however it ends."""

    async def look(self) -> None:
        """Take again what was lost with a connection.

        Raises:
            ShardsTaken: Another process has the shards by now.
            TemporaryTrouble: The server is away.
        """

    async def take(self, name: str) -> bool:
        """Take a lock; False if anybody holds it.

        Raises:
            TemporaryTrouble: The server is away.
        """

    async def give_back(self, name: str) -> None:
        """Let go of a lock that was taken; of one that was lost, nothing is said."""


class OwnLocks:
    """Locks where there is no other process."""

    def __init__(self) -> None:
        self._held: set[str] = set()

    async def look(self) -> None:
        """Nothing gets lost."""

    async def take(self, name: str) -> bool:
        """See `Locks`."""
        is_free = name not in self._held
        self._held.add(name)
        return is_free

    async def give_back(self, name: str) -> None:
        """See `Locks`."""
        self._held.discard(name)
