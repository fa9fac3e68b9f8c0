"""Discord's time, which says how long an interaction can be answered: this machine's clock may be wrong."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from datetime import datetime


class DiscordTime:
    """Tells the time by the newest interaction, whose id says when Discord made it."""

    def __init__(self) -> None:
        """Know no more than this machine does."""
        self._newest = 0
        self._heard_at = 0.0

    def hear(self, interaction_id: int) -> None:
        """Take the time from an interaction that has just come."""
        if interaction_id > self._newest:
            self._newest, self._heard_at = interaction_id, time.monotonic()

    def now(self) -> datetime:
        """The present, late by what an interaction takes to come; before the first one, what this machine says."""
        if not self._newest:
            return discord.utils.utcnow()
        return discord.utils.snowflake_time(self._newest) + timedelta(seconds=time.monotonic() - self._heard_at)
