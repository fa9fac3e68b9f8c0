"""Where Discord is, if not where it always is: discord.py keeps both addresses as attributes of its classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

if TYPE_CHECKING:
    from bot.settings import Settings


def point(settings: Settings) -> None:
    """Point discord.py at the addresses in the settings, for the whole process; call it before a client is made."""
    if settings.discord_api_base is not None:
        Route.BASE = settings.discord_api_base
    if settings.discord_gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)
