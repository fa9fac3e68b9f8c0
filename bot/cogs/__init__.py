"""Commands, by what they are about; each translates between Discord and the bot's own parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cogs.admin import Admin
from bot.cogs.compose import Compose
from bot.cogs.guide import Guide
from bot.cogs.lists import Lists
from bot.cogs.pieces import Pieces
from bot.cogs.preferences import Preferences
from bot.cogs.privacy import Privacy
from bot.cogs.ratings import Ratings
from bot.cogs.waiting import Waiting

if TYPE_CHECKING:
    from bot.client import Cadenza


async def add_all(client: Cadenza) -> None:
    """Add every cog; the commands for those who run the bot only at home, if there is one."""
    for cog in (Compose, Pieces, Ratings, Lists, Waiting, Preferences, Privacy, Guide):
        await client.add_cog(cog(client))
    if client.home is None:
        await client.add_cog(Admin(client))
    else:
        await client.add_cog(Admin(client), guild=client.home)
