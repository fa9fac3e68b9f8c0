"""The line below the bot's name says what is going on."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING

import discord

from bot.discord_ui.delivery import presence
from bot.discord_ui.delivery.presence import Presence
from bot.standin.faults import Hold
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.whole_bot import WholeBot


class RecordingClient:
    def __init__(self):
        self.shown: list[str] = []
        self.away = False

    async def change_presence(self, *, activity):
        if self.away:
            raise ConnectionResetError
        self.shown.append(activity.name)


async def test_only_changes_are_told_and_what_was_not_told_is_told_later():
    client, work = RecordingClient(), SimpleNamespace(running=0)
    below = Presence(client, work)  # type: ignore[arg-type]  # it asks for no more of a client

    for running, client.away in ((0, False), (2, True), (2, False), (2, False), (0, False)):
        work.running = running
        await below.show()

    assert client.shown == ["Composing 2 · /compose", "/compose"]


async def test_two_changes_are_a_minute_apart():
    client, work, paused, enough = RecordingClient(), SimpleNamespace(running=0), list[float](), asyncio.Event()

    async def pause(seconds):
        paused.append(seconds)
        work.running += 1
        if len(paused) == 4:
            enough.set()
            await asyncio.Event().wait()

    showing = asyncio.create_task(Presence(client, work, pause=pause).keep_showing())  # type: ignore[arg-type]
    await enough.wait()
    showing.cancel()

    assert paused == [60.0] * 4
    assert len(client.shown) == 3


def lines(here: WholeBot):
    # The library calls it a game when it greets.
    told = [each.get("activities") or [each["game"]] for each in here.discord.gateway.presences]
    return [activities[0]["state"] for activities in told]


async def test_discord_shows_it_and_a_new_session_is_told_again(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(presence, "EVERY", 0.02)

    async def at_once(_self: discord.Client, _shard: int | None, *, initial: bool = False) -> None:
        """Wait for nothing."""

    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)
    async with open_whole_bot(tmp_path, workers=1) as here:
        hold = Hold(performed=False)
        here.discord.faults.plan("PATCH", "/webhooks/*/messages/*", hold)
        await here.compose(length=300)
        await here.discord.until(lambda: len(lines(here)) > 1, "a change")
        await here.discord.gateway.invalidate()
        await here.discord.until(lambda: len(lines(here)) > 3, "another session")
        hold.release()

        assert lines(here)[:4] == ["/compose", "Composing 1 · /compose"] * 2
