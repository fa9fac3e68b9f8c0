"""What the bot can do, told in half a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.options.values import SHOWN_OPTIONS
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import said

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences

_PARAGRAPHS = ("intro", "options", "vote", "buttons", "find", "yours")


class HelpCog(commands.Cog):
    """`/help`."""

    def __init__(self, client: Cadenza) -> None:
        """Nothing has to be answered but the command."""
        self._client = client

    @app_commands.command(name=said("command.help.name"), description=said("command.help.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def help(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Tell it to that person alone."""
        say = sentences.sentences(interaction.locale)
        shaping = [option for option in SHOWN_OPTIONS if option.lasting and option.field != "model"]
        names = ", ".join(f"`{say(f'option.{option.name}.name')}`" for option in shaping)
        told = [*_PARAGRAPHS, "voice"] if self._client.app.settings.voice else _PARAGRAPHS
        paragraphs = [say(f"help.{paragraph}", options=names) for paragraph in told]
        text = "\n\n".join([*paragraphs, *_links(self._client, say)])
        embed = discord.Embed(title=say("help.title"), description=text, colour=COLOUR)
        await interaction.response.send_message(embed=embed, ephemeral=True)


def _links(client: Cadenza, say: Sentences) -> list[str]:
    """Whom to turn to, and what whoever runs the bot links; nothing of what is not set."""
    settings = client.app.settings
    addresses = {"privacy": settings.privacy_url, "source": settings.source_url}
    links = " · ".join(say(f"help.{name}", url=url) for name, url in addresses.items() if url is not None)
    contact = say("help.contact", contact=settings.contact) if settings.contact is not None else ""
    return [line for line in (contact, links) if line]
