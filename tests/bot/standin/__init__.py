"""A small stand-in for Discord on loopback: its REST interface, its gateway, and the people who use it.

    async with StandIn() as discord:
        ...                                     # start a bot at discord.api_base and discord.gateway_url
        await discord.ready()
        interaction = await discord.slash("compose", user=anna, length=60)
        await discord.until(lambda: interaction.message.attachments)

`python -m tests.bot.standin` runs it as a program, for a person to play through.
"""

from __future__ import annotations

from tests.bot.standin.faults import Hold, Lose, Refuse
from tests.bot.standin.rules import RefusedError
from tests.bot.standin.server import StandIn
from tests.bot.standin.world import Channel, Guild, Interaction, Message, Person

__all__ = ["Channel", "Guild", "Hold", "Interaction", "Lose", "Message", "Person", "Refuse", "RefusedError", "StandIn"]
