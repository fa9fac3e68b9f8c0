"""People who like each other's pieces, and the galleries that show what they like."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.standin.world import MANAGE_GUILD, OF_A_MEMBER, Channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.standin.server import StandIn
    from bot.standin.world import Guild, Person
    from tests.bot.process import BotProcess

_GALLERY = "gallery"
_MARK = ":1:gallery"
"""End of the custom id of the button that messages in galleries have."""

_PATIENCE = 120.0
"""Seconds that the last pieces may take to come into the galleries."""

_LIKED = "select count(distinct number) from rating where value > 0 and not is_author"


def add_gallery(guild: Guild) -> None:
    """A channel for it; the bot knows those that are there when it comes."""
    guild.channels.append(Channel(_GALLERY, guild))


def gallery_of(guild: Guild) -> Channel:
    """The channel."""
    return next(channel for channel in guild.channels if channel.name == _GALLERY)


async def open_gallery(discord: StandIn, guild: Guild, manager: Person, *, votes: int = 1, weekly: bool = False) -> str:
    """Have somebody make it the server's gallery, and offer favourites; gives what the bot answered."""
    discord.join(guild, manager, OF_A_MEMBER | MANAGE_GUILD)
    channel = gallery_of(guild)
    options = {"gallery": channel, "gallery-votes": votes, "favourites": True} | ({"weekly": channel} if weekly else {})
    shown = await discord.slash("server settings", user=manager, channel=guild.channel, options=options)
    return shown.message.text


async def galleries(discord: StandIn, guilds: Sequence[Guild], bot: BotProcess) -> str:
    """What the galleries show, once all is there that people like: pieces that do not stand there once are told."""
    liked = bot.rows(_LIKED)[0][0]

    def marks() -> Counter[str]:
        shown = (
            button for guild in guilds for each in discord.messages(gallery_of(guild)) for button in each.buttons()
        )
        found = (str(button.get("custom_id")) for button in shown)
        return Counter(custom_id for custom_id in found if custom_id.endswith(_MARK))

    await discord.until(lambda: len(marks()) >= liked, "the galleries", seconds=_PATIENCE)
    favourites = bot.rows("select count(*) from favourite")[0][0]
    twice = sum(1 for count in marks().values() if count > 1)
    return f"{len(marks())} of {liked} pieces that others like, {twice} of them twice; {favourites} favourites"
