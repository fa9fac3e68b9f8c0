"""Take the pictures of the documents: `python -m tests.bot.standin.page.pictures FOLDER`, or scripts/pictures."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.bot.standin.page.chat_page import KEEPER, trial_in_a_browser, visit

PIECE = "length:40 model:wavenet style:string quartet seed:12"
"""The piece whose picture the README shows."""


async def photograph(folder: Path, data: Path) -> None:
    """Compose a piece, vote on it, and take pictures of its message and of the whole page."""
    async with trial_in_a_browser(data) as (trial, running):
        chat = await visit(running, trial.address, width=1040, height=960, scale=1.2)
        await chat.bot_is_there()
        await chat.send(f"/compose {PIECE}")
        piece = await chat.piece(1)
        for person, emoji in zip(trial.people[1:], ("❤️", "👍", "❤️"), strict=True):
            await trial.stand_in.react(trial.stand_in.messages(trial.guild.channel)[0], emoji, user=person)
        await piece.get_by_role("button", name="❤️, 3").wait_for()
        await chat.page.mouse.move(0, 0)
        await piece.screenshot(path=folder / "message.png", animations="disabled")
        await chat.type("/compose length:60 model:")
        await chat.suggestions.first.wait_for()
        await chat.photograph("try", folder)
    await KEEPER.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as passing:
        asyncio.run(photograph(Path(sys.argv[1]), Path(passing)))
