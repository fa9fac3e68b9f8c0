"""Lengths, progress and votes as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.summaries import Tally


def format_length(seconds: float) -> str:
    """A length as people write it: 1:00."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


_BAR = 12


def progress_bar(done: int, whole: int) -> str:
    """How far it is, as a bar of `_BAR` characters."""
    filled = round(_BAR * min(max(done, 0), whole) / whole) if whole > 0 else 0
    return "▰" * filled + "▱" * (_BAR - filled)


def format_votes(tally: Tally, say: Sentences) -> str:
    """How many people voted, and how many of them for it."""
    count = tally.likes + tally.loves + tally.dislikes
    if count == 0:
        return say("history.unrated")
    return say("votes", approval=round(100 * (tally.likes + tally.loves) / count), count=count)
