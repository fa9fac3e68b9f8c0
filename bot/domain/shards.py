"""Which part of Discord a process has: servers are dealt out over shards by their ids."""

from __future__ import annotations

import re
from dataclasses import dataclass

TIME_BITS = 22
"""Bits of an id that do not count; see "Sharding" in Discord's documentation of the gateway."""

MOST = 1024
"""More shards than any bot here needs: a million servers have some 400."""

_SHAPE = re.compile(r"(\d{1,4}(?:-\d{1,4})?(?:,\d{1,4}(?:-\d{1,4})?)*)/(\d{1,4})")


@dataclass(frozen=True, slots=True)
class ShardShare:
    """The shards of a process.

    Attributes:
        ids: Numbers of its shards, rising, from 0.
        count: How many there are in all processes.
    """

    ids: tuple[int, ...]
    count: int

    @property
    def is_all(self) -> bool:
        """Whether there is no other process."""
        return len(self.ids) == self.count

    @property
    def leads(self) -> bool:
        """Whether this process does what is done once for all; it has the first shard, as direct messages do."""
        return 0 in self.ids

    def has(self, guild_id: int | None) -> bool:
        """Whether a server, or all direct messages, belongs to it."""
        return self.leads if guild_id is None else (guild_id >> TIME_BITS) % self.count in self.ids

    def __str__(self) -> str:
        """As people write it."""
        return f"{','.join(map(str, self.ids))}/{self.count}"


EVERYTHING = ShardShare((0,), 1)
"""The share of the only process, however many shards Discord gives it."""


def parse_share(text: str) -> ShardShare:
    """Read what people write, such as "0,1/4" or "0-3/8".

    Raises:
        ValueError: It names no shards, or some that there are not.
    """
    match = _SHAPE.fullmatch(text.replace(" ", ""))
    if match is None:
        raise ValueError("must be like 0,1/4: the shards of this process, and how many there are in all")
    count, ids = int(match[2]), set[int]()
    for part in match[1].split(","):
        first, _, last = part.partition("-")
        ids.update(range(int(first), int(last or first) + 1))
    if not ids or not 1 <= count <= MOST or max(ids) >= count:
        raise ValueError(f"of {count} shards there are those from 0 to {count - 1}; at most {MOST} may be named")
    return ShardShare(tuple(sorted(ids)), count)
