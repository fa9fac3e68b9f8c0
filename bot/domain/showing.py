"""What a server shows of its pieces in a channel that it chose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.generation import Generation
    from bot.domain.summaries import Tally


class ShowingState(StrEnum):
    """Where a message that shows pieces stands; the row says so, and each change is one transaction."""

    DUE = "due"
    """It is to be posted."""
    POSTING = "posting"
    """It is being posted, or was when the bot ended: then it may stand there, and is looked for first."""
    POSTED = "posted"
    STALE = "stale"
    """What it tells is no longer so: it is to be edited."""
    GONE = "gone"
    """Somebody deleted the message; it does not come again."""
    SILENT = "silent"
    """There was nothing to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryPost:
    """A piece in the gallery of its server.

    Attributes:
        generation: The piece.
        state: State of its message.
        votes: People of the server who like it, its composer left out.
        message_id: The message; None before it is posted.
        channel_id: Channel of the message, also of one that is being posted.
    """

    generation: Generation
    state: ShowingState
    votes: int
    message_id: int | None
    channel_id: int | None


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A piece that was erased while it was being posted: its message may stand there, and nobody noted it."""

    guild_id: int
    channel_id: int
    number: int


@dataclass(frozen=True, slots=True)
class Pick:
    """One of the best pieces of a week, and how people of its server voted; a heart counts as a like."""

    generation: Generation
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyMessage:
    """The best of a server's week.

    Attributes:
        guild_id: The server.
        due_at: Hour at which the week was over.
        state: State of the message.
        picks: Pieces that are there, best first.
        message_id: The message; None before it is posted.
        channel_id: Channel of the message, also of one that is being posted.
    """

    guild_id: int
    due_at: datetime
    state: ShowingState
    picks: tuple[Pick, ...]
    message_id: int | None
    channel_id: int | None
