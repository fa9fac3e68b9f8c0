"""What goes wrong between the bot and Discord: one notion of it, for all who speak to it."""

from __future__ import annotations

import aiohttp
import discord
from discord import client, shard
from discord.backoff import ExponentialBackoff

LOST = (aiohttp.ClientError, OSError)
"""Nobody answered. Timeouts, asyncio's too, are errors of the system."""

UNANSWERED = (discord.HTTPException, *LOST)
"""Discord refused, or nobody answered."""

LONGEST_PAUSE = 30.0
"""Seconds between two tries to reach the gateway again; discord.py's own grow to 17 minutes, and stay so for half an
hour. A try resumes the session, which costs none of the day's sessions."""

_TOO_MANY = 429
_SERVER_ERROR = 500
_FINAL_CLOSES = frozenset({4004, 4010, 4011, 4012, 4013, 4014})
"""Codes with which the gateway says that another try would be answered alike."""


def is_passing(error: BaseException) -> bool:
    """Whether Discord or the way to it is away for now, so that another try may be answered."""
    match error:
        case discord.HTTPException():
            return error.status == _TOO_MANY or error.status >= _SERVER_ERROR
        case discord.ConnectionClosed():
            return error.code not in _FINAL_CLOSES
        case _:
            return isinstance(error, (*LOST, discord.GatewayNotFound))


class ShortPauses(ExponentialBackoff[bool]):
    """Pauses that begin short and grow, but not for long."""

    def delay(self) -> float:
        """Seconds until the next try."""
        return min(super().delay(), LONGEST_PAUSE)


def shorten_pauses() -> None:
    """Let discord.py's clients, for the whole process, wait no longer than that; call it before one connects."""
    client.ExponentialBackoff = ShortPauses  # type: ignore[attr-defined, assignment]
    shard.ExponentialBackoff = ShortPauses  # type: ignore[attr-defined, assignment]
