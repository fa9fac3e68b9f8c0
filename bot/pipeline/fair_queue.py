"""Whose piece is next: servers take turns, and within a server its people do."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place in the queue.

    Attributes:
        number: Number of the generation; tickets of one person are taken by rising number.
        guild_id: The server; all direct messages together are one.
        user_id: The person.
    """

    number: int
    guild_id: int | None
    user_id: int | None


class FairQueue:
    """Tickets, taken in turns."""

    def __init__(self) -> None:
        self._tickets: dict[int, Ticket] = {}
        self._turn = 0
        self._served: dict[Hashable, int] = {}
        """The last turn of each server and person; who was never served comes first."""

    def __len__(self) -> int:
        """How many wait."""
        return len(self._tickets)

    def __contains__(self, number: int) -> bool:
        """Whether that generation waits."""
        return number in self._tickets

    def add(self, ticket: Ticket) -> None:
        """Let one wait."""
        self._tickets[ticket.number] = ticket

    def remove(self, number: int) -> bool:
        """Take one out of turn; whether it was there."""
        return self._tickets.pop(number, None) is not None

    def take(self) -> int | None:
        """The number of the one whose turn it is; it waits no longer."""
        if not self._tickets:
            return None
        ticket = min(self._tickets.values(), key=self._rank)
        self._turn += 1
        self._served[ticket.guild_id,] = self._served[ticket.guild_id, ticket.user_id] = self._turn
        del self._tickets[ticket.number]
        if not self._tickets and len(self._served) > _MOST_REMEMBERED:
            self._served.clear()
        return ticket.number

    def order(self) -> list[int]:
        """The numbers in the order in which they would be taken now."""
        return list(_all_of(deepcopy(self)))

    def _rank(self, ticket: Ticket) -> tuple[int, int, int]:
        server, person = (ticket.guild_id,), (ticket.guild_id, ticket.user_id)
        return self._served.get(server, 0), self._served.get(person, 0), ticket.number


_MOST_REMEMBERED = 1000
"""Servers and people whose last turn is remembered while nobody waits."""


def _all_of(queue: FairQueue) -> Iterable[int]:
    while (number := queue.take()) is not None:
        yield number
