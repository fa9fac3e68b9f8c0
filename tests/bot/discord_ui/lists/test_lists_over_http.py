"""Lists, and the buttons in them, as Discord takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.standin.world import COMPONENTS_V2
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_list_is_paged_and_its_pieces_are_played_also_after_a_restart(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("bot.discord_ui.cogs.lists.ROWS", 1)
    async with open_whole_bot(tmp_path) as here:
        for count in (1, 2):
            await here.compose()
            await here.delivered(count=count)
        shown = await here.discord.slash("history", user=here.anna, channel=here.channel)
        page = shown.message
        assert page is not None
        await here.restart()

        await here.discord.press(page, "cadenza:history:page:1", user=here.anna)
        await here.discord.press(page, "cadenza:play:1", user=here.anna)
        played = await here.delivered(count=3)

        assert page.flags & COMPONENTS_V2
        assert "**#1 ·" in played.embeds[0]["description"]


async def test_the_queue_is_shown_anew_when_a_piece_of_it_was_cancelled(tmp_path: Path):
    async with open_whole_bot(tmp_path, workers=1) as here:
        for _ in range(2):
            await here.compose(user=here.ben, length=300)
        shown = await here.discord.slash("queue", user=here.ben, channel=here.channel)
        queue = shown.message
        assert queue is not None

        await here.discord.press(queue, "cadenza:cancel:2", user=here.ben)
        await here.discord.until(lambda: queue.edits > 0, "the list to change")

        assert "Piece #2 is cancelled." in queue.text
