"""The whole loop with the bot as a process: `python -m tests.benchmarks.learning`.

People ask for pieces and rate each other's by whether they are in minor; an admin has the model retrained on that while
they go on composing; the new version composes, more in minor; it is rolled back; then everybody votes by lot, and the
gate refuses what comes of it.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from bot.standin.server import StandIn
from composer.models import loading
from tests.bot.process import BotProcess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.standin.world import Channel, Message, Person

PEOPLE = 12
"""So many that nobody's pieces for the hour are used up."""

PACE = 2.0
"""Seconds between two pieces beside a training."""

HELD = {
    "ratings": "select count(*), count(distinct user_id) from rating",
    "composed by": "select version, count(*) from generation group by version",
    "runs": "select number, model, parent, version, state from training_run",
    "audit": "select action, count(*) from audit group by action",
}
UP, DOWN = "👍", "👎"
WHATEVER_HAPPENS = 3600


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Loop:
    """The people, the bot and what happens."""

    def __init__(self, discord: StandIn, folder: Path, options: argparse.Namespace) -> None:
        """Everybody is there; the bot is not started yet."""
        self.discord, self.options = discord, options
        self.guild = discord.add_guild("home")
        self.admin: Person = discord.state.owner
        self.bot = BotProcess(
            discord,
            folder,
            CADENZA_MODELS_DIR=str(loading.FOLDER),
            CADENZA_DEFAULT_MODEL="wavenet",
            CADENZA_WORKERS="1",
            CADENZA_HOME_SERVER=str(self.guild.id),
            ADMIN_IDS=str(self.admin.id),
        )
        self.people = [discord.add_person(f"person {number}") for number in range(PEOPLE)]
        self.lots = random.Random(1)

    @property
    def channel(self) -> Channel:
        """Where it happens."""
        return self.guild.channel

    async def piece(self, person: Person) -> tuple[Message, float]:
        """A piece, and the seconds that it took."""
        began = time.monotonic()
        asked = await self.discord.slash("compose", user=person, channel=self.channel, length=self.options.length)
        message = asked.message
        await self.discord.until(lambda: message.attachments, "the piece", seconds=WHATEVER_HAPPENS)
        return message, time.monotonic() - began

    async def pieces(self, number: int) -> tuple[list[Message], list[float]]:
        """One after the other, by one person after the other."""
        made = [await self.piece(self.people[place % PEOPLE]) for place in range(number)]
        return [message for message, _ in made], [seconds for _, seconds in made]

    async def rate(self, messages: list[Message], *, by_lot: bool) -> None:
        """Everybody but the author rates every piece."""
        for place, message in enumerate(messages):
            for person in self.people:
                if person is not self.people[place % PEOPLE]:
                    await self._vote(message, person, by_lot=by_lot)
        while self.bot.rows(HELD["ratings"])[0][0] < len(messages) * (PEOPLE - 1):  # noqa: ASYNC110 - nobody tells of rows
            await asyncio.sleep(1)
        await asyncio.sleep(10)  # votes that only changed

    async def _vote(self, message: Message, person: Person, *, by_lot: bool) -> None:
        likes = self.lots.random() < 1 / 2 if by_lot else in_minor(message)
        wanted, other = (UP, DOWN) if likes else (DOWN, UP)
        if person in message.reactions.get(other, ()):
            await self.discord.unreact(message, other, user=person)
        if person not in message.reactions.get(wanted, ()):
            await self.discord.react(message, wanted, user=person)

    async def retrain(self, title: str) -> list[float]:
        """Have the model retrained, and go on composing meanwhile; the seconds of the pieces."""
        began = time.monotonic()
        asked = await self.discord.slash(
            "admin retrain", user=self.admin, channel=self.channel, model="wavenet", minutes=self.options.minutes
        )
        waits: list[float] = []
        shown = {asked.message.text}
        say(f"\n== {title}\n   {0:6.0f} s  {asked.message.text!r}")
        while self.bot.rows("select 1 from training_run where state = 'running'"):
            waits.append((await self.piece(self.people[len(waits) % PEOPLE]))[1])
            await asyncio.sleep(PACE)
            if asked.message.text not in shown:
                shown.add(asked.message.text)
                say(f"   {time.monotonic() - began:6.0f} s  {asked.message.text!r}")
        await asyncio.sleep(4)
        lines = "\n".join(f"   | {one}" for one in asked.message.text.splitlines())
        say(f"   {time.monotonic() - began:6.0f} s\n{lines}")
        return waits


def in_minor(message: Message) -> bool:
    """Whether a piece is in minor, by its title."""
    return " minor" in message.text


def lasted(waits: Sequence[float], usual: float) -> str:
    """How many pieces there were and how long they took; a training that ends at once leaves time for none."""
    if not waits:
        return "none, it was over before one was asked for"
    return f"{len(waits)}, {fmean(waits):.1f} s each, {fmean(waits) / usual:.2f} times as long"


async def play(options: argparse.Namespace, folder: Path) -> None:
    """Play the loop."""
    async with StandIn() as discord:
        loop = Loop(discord, folder, options)
        async with loop.bot as bot:
            await told(loop, bot)
            status = await bot.stop()
        say(f"\nexit status {status}; against Discord's rules: {discord.violations}")


def held(bot: BotProcess, name: str) -> None:
    """Print what the database holds."""
    say(f"{name}: {bot.rows(HELD[name])}")


async def told(loop: Loop, bot: BotProcess) -> None:
    """All of it, with what it printed."""
    messages, alone = await loop.pieces(loop.options.pieces)
    await loop.rate(messages, by_lot=False)
    say(f"{len(messages)} pieces, {100 * fmean(map(in_minor, messages)):.0f} % in minor, {fmean(alone):.1f} s each")
    held(bot, "ratings")
    beside = await loop.retrain("/admin retrain on what people liked")
    say(f"   pieces beside the training: {lasted(beside, fmean(alone))}")
    after, _ = await loop.pieces(loop.options.after)
    say(f"after: {len(after)} pieces, {100 * fmean(map(in_minor, after)):.0f} % in minor")
    held(bot, "composed by")
    shown = await loop.discord.slash("admin models", user=loop.admin, channel=loop.channel)
    say(shown.message.text)
    rolled = await loop.discord.slash("admin rollback", user=loop.admin, channel=loop.channel, model="wavenet")
    say(rolled.message.text)
    await loop.pieces(2)
    held(bot, "composed by")
    await loop.rate(messages, by_lot=True)
    await loop.retrain("/admin retrain on votes by lot")
    held(bot, "runs")
    held(bot, "audit")


def main() -> None:
    """Read the options and play."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.learning", description=__doc__)
    parser.add_argument("--pieces", type=int, default=60, help="that are rated")
    parser.add_argument("--after", type=int, default=20, help="by the new version")
    parser.add_argument("--length", type=int, default=20, help="seconds of each piece")
    parser.add_argument("--minutes", type=int, default=10, help="of each training")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(parser.parse_args(), Path(folder)))


if __name__ == "__main__":
    main()
