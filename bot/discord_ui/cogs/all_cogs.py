"""Commands, by what they are about; each translates between Discord and the bot's own parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.discord_ui.cogs.admin import AdminCog
from bot.discord_ui.cogs.battles import BattlesCog
from bot.discord_ui.cogs.compose import ComposeCog
from bot.discord_ui.cogs.help import HelpCog
from bot.discord_ui.cogs.lists import ListsCog
from bot.discord_ui.cogs.more.family_tree import FamilyTreeCog
from bot.discord_ui.cogs.more.favourites import FavouritesCog
from bot.discord_ui.cogs.more.mail import MailCog
from bot.discord_ui.cogs.more.menu import MoreCog
from bot.discord_ui.cogs.more.taste import TasteCog
from bot.discord_ui.cogs.more.voice import VoiceCog
from bot.discord_ui.cogs.pieces import PiecesCog
from bot.discord_ui.cogs.preferences import PreferencesCog
from bot.discord_ui.cogs.privacy import PrivacyCog
from bot.discord_ui.cogs.queue import QueueCog
from bot.discord_ui.cogs.ratings import RatingsCog
from bot.discord_ui.cogs.server_settings import ServerSettingsCog
from bot.discord_ui.cogs.sheet_music import SheetMusicCog
from bot.discord_ui.cogs.themes import ThemesCog
from bot.discord_ui.gallery.gallery_cog import GalleryCog

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza


async def add_all(client: Cadenza) -> None:
    """Add every cog; the commands for those who run the bot only at home, if there is one."""
    pieces = (ComposeCog, ThemesCog, PiecesCog, SheetMusicCog, RatingsCog, BattlesCog, ListsCog, QueueCog)
    more = (MoreCog, FavouritesCog, MailCog, FamilyTreeCog, TasteCog)
    for cog in (*pieces, *more, PreferencesCog, ServerSettingsCog, PrivacyCog, HelpCog, GalleryCog):
        await client.add_cog(cog(client))
    if client.app.settings.voice:
        await client.add_cog(VoiceCog(client))
    if client.home is None:
        await client.add_cog(AdminCog(client))
    else:
        await client.add_cog(AdminCog(client), guild=client.home)
