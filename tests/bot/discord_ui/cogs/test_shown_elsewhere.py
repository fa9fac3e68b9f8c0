"""A piece that was posted again on another server is a piece of that server, too."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from bot.standin.world import MANAGE_MESSAGES, OF_A_MEMBER
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path

    from bot.standin.world import Channel, Interaction, Message
    from tests.bot.whole_bot import WholeBot


async def shown_elsewhere(here: WholeBot, **options: Any) -> tuple[Channel, Message]:
    """A piece of Anna's that she has posted again on a second server, and where."""
    elsewhere = here.discord.add_guild("Elsewhere").channel
    await here.compose(**options)
    await here.hears("delivered")
    await here.discord.slash("track", user=here.anna, channel=elsewhere, number=1)
    message = await here.delivered(elsewhere)
    async with asyncio.timeout(20):
        while True:
            if len(here.rows("select * from post")) == 2:
                return elsewhere, message
            await asyncio.sleep(0)


def told(interaction: Interaction) -> str:
    return (interaction.followups or [interaction.message])[-1].text


async def test_its_buttons_work_there_for_everybody(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        elsewhere, message = await shown_elsewhere(here)

        form = await here.discord.press(message, "cadenza:change:1", user=here.ben)
        again = await here.discord.slash("track", user=here.ben, channel=elsewhere, number=1)
        await here.discord.press(message, "cadenza:another:1", user=here.ben)
        await here.delivered(elsewhere, count=3)

        assert form.modal is not None
        assert again.message.attachments
        assert here.rows("select guild_id, another_of from generation where number = 2") == [
            (elsewhere.guild and elsewhere.guild.id, 1)
        ]


async def test_a_moderator_deletes_it_there_and_not_where_it_was_composed(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        elsewhere, message = await shown_elsewhere(here)
        assert elsewhere.guild is not None
        here.discord.join(elsewhere.guild, here.ben, OF_A_MEMBER | MANAGE_MESSAGES)

        await here.discord.press(message, "cadenza:delete:1", user=here.ben)
        await here.discord.until(lambda: message.deleted, "the deletion")
        await here.settled()

        assert here.rows("select guild_id from post") == [(here.guild.id,)]
        assert here.rows("select state from generation") == [("delivered",)]
        gone = await here.discord.slash("track", user=here.ben, channel=elsewhere, number=1)
        assert "#1" in told(gone)


@pytest.mark.parametrize("private", [False, True])
async def test_nobody_sees_it_where_it_was_not_shown_or_shown_to_one_alone(tmp_path: Path, private):
    async with open_whole_bot(tmp_path) as here:
        elsewhere, _ = await shown_elsewhere(here, private=private)
        place = elsewhere if private else here.discord.add_guild("Far away").channel

        refused = await here.discord.slash("track", user=here.ben, channel=place, number=1)

        assert refused.message.seen_by is here.ben
        assert not refused.message.attachments
