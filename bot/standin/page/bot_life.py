"""What the page knows of the bot's process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Phase = Literal["elsewhere", "running", "ended"]


@dataclass(frozen=True, slots=True)
class BotState:
    """How the bot's process stands.

    Attributes:
        phase: `elsewhere` is a bot that somebody else starts.
        last_lines: What it printed last, where it has ended.
        status: Its exit status, where it has ended; negative for a signal.
    """

    phase: Phase
    last_lines: tuple[str, ...] = ()
    status: int | None = None


class BotLife(Protocol):
    """The bot's process, watched."""

    def state(self) -> BotState:
        """How it stands."""

    async def start(self) -> None:
        """Start it, unless it runs."""


class Elsewhere:
    """A bot that somebody else starts."""

    def state(self) -> BotState:
        """Nothing is known of it."""
        return BotState("elsewhere")

    async def start(self) -> None:
        """It cannot be started from here."""
