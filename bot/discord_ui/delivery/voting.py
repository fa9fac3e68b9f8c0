"""How people vote below pieces: by reactions, or by buttons where reactions cost too many requests.

Three reactions below each piece are three requests of the bot's own, and Discord allows it 50 a second. Answers to
interactions, a pressed button among them, do not count.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any, Literal

import aiohttp
import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.shards import ShardShare

log = structlog.stdlib.get_logger(__name__)

ALLOWED = 50.0
"""Requests a second of one bot, in all its processes; see "Rate Limits" in Discord's documentation."""

_MUCH, _LITTLE = 0.8, 0.4
"""Shares of that at which buttons take the place of reactions, and reactions that of buttons."""

_WINDOW = 10.0
"""Seconds over which the mean is taken."""

_UNCOUNTED = ("/interactions/", "/webhooks/")


class RequestRate:
    """The bot's own requests a second.

    Attributes:
        trace: Hears of each request; a client is made with it.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Count from now on; `now` tells seconds."""
        self._now = now
        self._begun: deque[float] = deque()
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_start.append(self._hear)

    async def _hear(self, _session: object, _context: object, request: Any) -> None:  # noqa: ANN401 - the library's
        self.note(request.url.path)

    def note(self, path: str) -> None:
        """Count a request, unless Discord does not."""
        if not any(part in path for part in _UNCOUNTED):
            self._begun.append(self._now())

    def a_second(self) -> float:
        """The mean of the last seconds."""
        since = self._now() - _WINDOW
        while self._begun and self._begun[0] < since:
            self._begun.popleft()
        return len(self._begun) / _WINDOW


class Voting:
    """Decides how people vote below the next piece.

    Attributes:
        rate: Rate of this process's requests.
    """

    def __init__(
        self,
        way: Literal["auto", "reactions", "buttons"],
        share: ShardShare,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with reactions, where nothing else is asked for.

        Args:
            way: What whoever runs the bot wants.
            share: Shards of this process; of the requests that are allowed it may take as large a part.
            now: Tells seconds.
        """
        self._way = way
        self.rate = RequestRate(now)
        self._allowed = ALLOWED * len(share.ids) / share.count
        self._pressed = False

    def by_buttons(self) -> bool:
        """Whether people vote by buttons below the next piece."""
        if self._way != "auto":
            return self._way == "buttons"
        much = self.rate.a_second() / self._allowed
        if much >= _MUCH and not self._pressed:
            self._pressed = True
            log.warning("votes by buttons: Discord allows few more requests", a_second=round(much * self._allowed, 1))
        elif much <= _LITTLE and self._pressed:
            self._pressed = False
            log.info("votes by reactions again", a_second=round(much * self._allowed, 1))
        return self._pressed
