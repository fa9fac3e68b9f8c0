"""A clock that is wrong keeps nobody from the answer that Discord would take."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import pytest

from bot import clock
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)])
async def test_a_private_piece_comes_in_its_answer_and_can_be_posted_again(tmp_path: Path, monkeypatch, ahead):
    utcnow, now = discord.utils.utcnow, clock.now
    monkeypatch.setattr(discord.utils, "utcnow", lambda: utcnow() + ahead)
    monkeypatch.setattr(clock, "now", lambda: now() + ahead)
    async with open_whole_bot(tmp_path) as here:
        composed = await here.compose(private=True)
        await here.delivered()
        await here.hears("delivered")
        again = await here.discord.slash("track", user=here.anna, channel=here.channel, number=1)
        await here.discord.until(lambda: again.message.attachments or again.message.text, "an answer")

        assert composed.message.attachments
        assert again.message.attachments
        assert not here.discord.messages(here.discord.direct(here.anna))
