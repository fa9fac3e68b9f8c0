"""A database that is locked, by a long write or a backup, leaves nobody without an answer."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any

from bot.discord_ui.delivery import messages, promises
from bot.domain.order import ServerSettings
from bot.standin.faults import Lose
from bot.standin.rules.commands import GROUPS
from bot.storage import database
from tests.bot.whole_bot import SHORT, open_whole_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.standin.world import Interaction, Message, Person
    from tests.bot.whole_bot import WholeBot

COMMANDS: dict[str, dict[str, Any]] = {
    "compose": SHORT,
    "battle": SHORT,
    "continue": {"number": 1},
    "track": {"number": 1},
    "settings": {"length": 20},
    "server settings": {"max-length": 200},
    "privacy show": {},
    "privacy export": {},
    "privacy delete": {},
    "top pieces": {},
    "top engines": {},
    "history": {},
    "favourites": {},
    "taste": {},
    "models": {},
    "queue": {},
    "help": {},
    "admin status": {},
    "admin sync": {},
    "admin cancel": {"number": 1},
    "admin block": {"server": "123"},
    "admin unblock": {"server": "123"},
    "admin blocked": {},
    "admin failures": {},
    "delete": {"number": 1},
    "admin retrain": {"model": "tiny"},
    "admin rollback": {"model": "tiny"},
    "admin models": {},
}
"""All commands, each with options with which it does what it is for."""

BUTTONS = ("cadenza:rate:1:1", "cadenza:star:1", "cadenza:another:1", "cadenza:delete:1")
"""Buttons below a private piece, in an order in which all can be pressed."""


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[None]:
    """Hold the lock that every write needs, once the bot's own, in this loop, have ended."""
    path = folder / "data" / "cadenza.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def registered(here: WholeBot) -> set[str]:
    """Names of all commands that people can send."""
    (own,) = here.discord.state.commands.values()
    found = set()
    for command in own:
        if command["type"] == 1:
            parts = [part["name"] for part in command.get("options", ()) if part["type"] in GROUPS]
            found |= {f"{command['name']} {part}" for part in parts} or {command["name"]}
    return found


async def press(here: WholeBot, message: Message, custom_id: str, who: Person) -> Interaction:
    return await here.discord.press(message, custom_id, user=who)


async def test_every_command_and_button_is_answered_while_nothing_can_be_written(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        owner = here.discord.state.owner
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(favourites=True), by=1)
        private = (await here.compose(user=owner, private=True)).message
        await here.discord.until(lambda: len(private.attachments) > 0, "a private piece")
        asked = await here.discord.slash("privacy delete", user=here.anna, channel=here.channel)
        async with locked(tmp_path):
            commands = [
                here.discord.slash(name, user=owner, channel=here.channel, options=options, trusted=True)
                for name, options in COMMANDS.items()
            ]
            pressed = [press(here, private, custom_id, owner) for custom_id in BUTTONS]
            changing = here.discord.press(private, "cadenza:change:1", user=owner)
            # The stand-in waits for three seconds, as Discord does.
            *answered, opened = await asyncio.gather(*commands, *pressed, changing)
            changed = await here.discord.submit(opened)
        given = [*answered, changed, asked]
        await here.discord.until(
            lambda: not any(each.original and each.original.loading for each in given), "all answers", seconds=20
        )
        texts = "\n".join(each.message.text for each in given)

        assert registered(here) == set(COMMANDS)
        assert "went wrong" not in texts
        assert "ry again" not in texts


async def test_a_stop_does_not_wait_for_whoever_holds_the_database(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(database, "HURRY_SECONDS", 0.3)
    for module in (messages, promises):
        monkeypatch.setattr(module, "_PAUSE", 0)
    async with open_whole_bot(tmp_path) as here:
        async with locked(tmp_path):
            promised = [await here.compose(user=person) for person in (here.anna, here.ben)]
            async with asyncio.timeout(5):
                await here.stop()
        # At the next start Discord is lost for a moment.
        here.discord.faults.plan("GET", "/*/messages/*", Lose(performed=False), times=8)
        await here.start()
        await here.discord.until(lambda: all(each.message.text for each in promised), "a sentence for each")
        await here.compose()
        await here.delivered()

        assert len({each.message.text for each in promised}) == 1
