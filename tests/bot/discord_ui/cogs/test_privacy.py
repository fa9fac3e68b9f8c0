"""What is kept about a person comes in as many files as it needs, and once at a time."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from bot.standin.faults import Hold
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path


async def test_an_export_comes_in_parts_and_a_second_one_waits_for_the_first(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        await here.compose()
        await here.delivered()
        await here.hears("delivered")
        here.guild.filesize_limit = 64 * 1024 + 1500
        hold = Hold()
        here.discord.faults.plan("PATCH", "/webhooks/*", hold, when=lambda request: request.has_file(".zip"))
        first = await here.discord.slash("privacy export", user=here.anna, channel=here.channel)
        await hold.arrived.wait()
        second = await here.discord.slash("privacy export", user=here.anna, channel=here.channel)
        hold.release()
        await here.discord.until(lambda: len(first.followups) > 0, "more parts", seconds=20)
        await here.hears("handed over")
        third = await here.discord.slash("privacy export", user=here.anna, channel=here.channel)
        await here.discord.until(lambda: len(third.followups) > 0, "an export after the first", seconds=20)
        await here.settled()

        messages = [first.message, *first.followups]
        names = [name for message in messages for name in ZipFile(BytesIO(message.file(".zip").content)).namelist()]
        assert second.message.text == "I'm still putting together what you asked for before."
        assert all(message.seen_by is here.anna for message in messages)
        assert names[0] == "person.json"
        assert {"midi/1.mid", "pieces-1.json", "posts-1.json"} <= set(names)
