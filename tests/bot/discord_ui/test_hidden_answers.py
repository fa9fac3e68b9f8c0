"""Where Discord hides the answers of an app that a person brought along, the pieces in them are private."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.standin.world import OF_A_MEMBER, USE_EXTERNAL_APPS
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path

    from bot.standin.world import Channel
    from tests.bot.whole_bot import WholeBot

TELLING = pytest.mark.parametrize("tells", [True, False], ids=["permissions tell", "only the answer tells"])


def hiding(here: WholeBot, *, tells: bool) -> Channel:
    """A channel of a server without the bot that hides what it answers; its members' permissions may tell so."""
    guild = here.discord.add_guild("Strict", installed=False)
    guild.hides_apps = True
    if tells:
        for person in (here.anna, here.ben):
            here.discord.join(guild, person, OF_A_MEMBER & ~USE_EXTERNAL_APPS)
    return guild.channel


@TELLING
async def test_a_piece_that_is_composed_there_is_private(tmp_path: Path, tells):
    async with open_whole_bot(tmp_path) as here:
        channel = hiding(here, tells=tells)

        await here.discord.slash("compose", user=here.anna, channel=channel, options={"length": 5})
        message = await here.delivered(channel)
        await here.hears("delivered")
        refused = await here.discord.slash("track", user=here.ben, channel=channel, number=1)

        assert here.rows("select private, state from generation") == [(1, "delivered")]
        assert message.seen_by is here.anna
        assert message.buttons()[0]["custom_id"].startswith("cadenza:rate:")
        assert refused.message.attachments == []


@TELLING
async def test_a_piece_for_all_that_is_shown_there_again_is_not_found_by_others(tmp_path: Path, tells):
    async with open_whole_bot(tmp_path) as here:
        channel = hiding(here, tells=tells)
        await here.compose()
        await here.hears("delivered")

        await here.discord.slash("track", user=here.anna, channel=channel, number=1)
        message = await here.delivered(channel)
        refused = await here.discord.slash("track", user=here.ben, channel=channel, number=1)

        assert message.seen_by is here.anna
        assert refused.message.attachments == []
        assert here.rows("select guild_id from post") == [(here.guild.id,)]
        assert here.rows("select private from generation") == [(0,)]


async def test_where_such_answers_are_for_all_so_are_the_pieces(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        channel = here.discord.add_guild("Open", installed=False).channel

        await here.discord.slash("compose", user=here.anna, channel=channel, options={"length": 5})
        message = await here.delivered(channel)
        await here.hears("delivered")

        assert here.rows("select private from generation") == [(0,)]
        assert message.seen_by is None
