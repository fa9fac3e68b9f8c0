"""Who may still wait: servers share the places, and one that has none waiting finds a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

ServerT = TypeVar("ServerT")

_BEYOND = 2
"""How many times the places there may be at most: servers that came first hold more than their share for a while."""


@dataclass(frozen=True, slots=True)
class Place:
    """Leave to have something costly done, for somebody on a server; all direct messages together are one."""

    guild_id: int | None
    user_id: int | None


def has_room(waiting: Mapping[ServerT, int], server: ServerT, places: int) -> bool:
    """Whether one more of a server may wait.

    Whoever is alone may take every place. As others come, each may hold an equal share: who has more gets no new
    place until it has less. A server with none waiting gets a place beyond all shares; so many accounts of one
    server keep nobody of another waiting at the door.

    Args:
        waiting: How many wait of each server; all direct messages together are one.
        server: The one that asks.
        places: Places there are for all, at least 1.
    """
    mine, everybody = waiting.get(server, 0), sum(waiting.values())
    if mine == 0:
        # As long as fewer servers wait than there are places, however greedy those are.
        return everybody < (_BEYOND + 1) * places
    servers = sum(count > 0 for count in waiting.values())
    return mine < max(places // servers, 1) and everybody < _BEYOND * places
