"""Finds messages of our own in a channel: an earlier try may have posted them without its answer being heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord


async def find_own(
    client: discord.Client,
    channel: discord.abc.Messageable,
    is_it: Callable[[discord.Message], bool],
    *,
    look_back: int,
) -> discord.Message | None:
    """The newest message of our own that is the one looked for.

    Args:
        client: Whose messages are meant.
        channel: Where it may stand.
        is_it: Whether a message of our own is the one.
        look_back: Messages of the channel to look at, whoever wrote them.

    Raises:
        discord.HTTPException: If Discord refuses, or we may not look there.
        LOST: If nobody answers.
    """
    async for message in channel.history(limit=look_back):
        if message.author == client.user and is_it(message):
            return message
    return None


def custom_ids(message: discord.Message) -> list[str]:
    """Custom ids of the buttons under a message."""
    rows: Any = message.components
    return [button.custom_id or "" for row in rows for button in getattr(row, "children", ())]
