"""How long a lease holds, which bots and workers have to agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.storage.people.preferences import Preferences

_KEY = "lease"


class SharedLease:
    """As the bot with the first shard says, whatever is set on other machines.

    Attributes:
        seconds: Seconds that a lease holds without being renewed.
    """

    def __init__(self, preferences: Preferences, seconds: float) -> None:
        """Go by this machine's setting until something is heard.

        Args:
            preferences: Where it is noted.
            seconds: What is set on this machine.
        """
        self._preferences = preferences
        self.seconds = seconds

    async def say(self) -> None:
        """Have everybody go by this machine's setting."""
        await self._preferences.set(_KEY, str(self.seconds))

    async def hear(self) -> None:
        """Go by what was said last."""
        said = await self._preferences.get(_KEY)
        if said is not None:
            self.seconds = float(said)
