"""Two hundred pieces for twenty people on four servers: `python -m tests.benchmarks.soak`.

The bot runs as a process against the stand-in for Discord. Everybody asks for a piece, waits until it is there, reads
its sheet music, rates it, votes on somebody else's by a taste for minor, and asks for the next. Each server holds a
battle, in which all of its people vote, and one between its taste and none once that is learned. Printed are how long
people waited, how late the bot's event loop was, its memory, what the galleries show, and whatever failed.

With `--voice` the radio plays on every server all the time, and it is printed how evenly it was heard.

With `--hostile 7` it runs twice. The second time, seven more accounts of the first server ask for all that costs as
fast as they are answered. Printed at the end is how much longer the other servers waited.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import psutil

from bot.standin.server import StandIn
from bot.standin.voice.rooms import VoiceRooms
from composer.models import loading
from tests.benchmarks.battle_people import hold_battle
from tests.benchmarks.gallery_people import add_gallery, galleries, open_gallery
from tests.benchmarks.hostile import HostileAccount
from tests.benchmarks.taste_people import hold_taste_battles, look_at_tastes, rate_another
from tests.benchmarks.voice_people import add_guild_with_voice, hear_radio, pacing_of, voice_settings
from tests.bot.process import BotProcess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.standin.world import Channel, Guild, Message, Person

_ASKS_AGAIN_AFTER = 5
"""Seconds after which somebody who was refused asks again."""

_BUCKET = re.compile(r'cadenza_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)')
_FAILURE = re.compile(r'cadenza_failures_total\{code="([^"]+)"\} (\S+)')
_ADDRESS = re.compile(r"(http://[\d.:]+)/readyz")


@dataclass(slots=True)
class SoakFigures:
    """What was measured.

    Attributes:
        waits: Guild -> seconds from each command to its piece.
        acknowledged: Seconds from each command to its first answer.
        pages: Seconds from each press of the button to the first page of sheet music.
        memory: Bytes that the bot held, once a second.
        failed: What went wrong, and how often.
        battles: What became of the battles.
    """

    waits: dict[str, list[float]] = field(default_factory=dict)
    acknowledged: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    battles: Counter[str] = field(default_factory=Counter)


async def person_asks(
    discord: StandIn, person: Person, channel: Channel, options: dict[str, int], pieces: int, figures: SoakFigures
) -> None:
    """Ask for one piece after the other."""
    assert channel.guild is not None
    for _ in range(pieces):
        began = time.monotonic()
        try:
            message = await asked_until_accepted(discord, person, channel, options, figures)
            await discord.until(lambda: message.attachments, "the piece", seconds=900)  # noqa: B023 - awaited in its turn
        except (TimeoutError, LookupError) as error:
            figures.failed[str(error)] += 1
            continue
        figures.waits.setdefault(channel.guild.name, []).append(time.monotonic() - began)
        await read_score(discord, message, person, figures)
        await discord.react(message, "👍", user=person)
        await rate_another(discord, channel, message, person)


async def read_score(discord: StandIn, message: Message, person: Person, figures: SoakFigures) -> None:
    """Press the button of the sheet music, and wait for its first page."""
    began = time.monotonic()
    try:
        shown = (await discord.press(message, "cadenza:score", user=person)).message
        await discord.until(lambda: not shown.loading, "the sheet music", seconds=120)
    except (TimeoutError, LookupError) as error:
        figures.failed[str(error)] += 1
        return
    if shown.attachments:
        figures.pages.append(time.monotonic() - began)
    else:
        figures.failed[f"refused: {shown.text}"] += 1


async def asked_until_accepted(
    discord: StandIn, person: Person, channel: Channel, options: dict[str, int], figures: SoakFigures
) -> Message:
    """The message of a piece; whoever is refused, since the queue is full, asks again."""
    while True:
        interaction = await discord.slash("compose", user=person, channel=channel, options=options)
        message = interaction.message
        await discord.until(lambda: not message.loading, "an answer")  # noqa: B023 - awaited in its turn
        if message.seen_by is None:
            figures.acknowledged.append(interaction.answered_after)
            return message
        figures.failed[f"refused: {message.text}"] += 1
        await asyncio.sleep(_ASKS_AGAIN_AFTER)


async def watch_memory(pid: int, figures: SoakFigures) -> None:
    """Look at the bot's memory once a second."""
    process = psutil.Process(pid)
    while True:
        figures.memory.append(process.memory_info().rss)
        await asyncio.sleep(1)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many of a hundred do not exceed."""
    return sorted(values)[min(len(values) * percent // 100, len(values) - 1)]


def lag(metrics: str, percent: float) -> str:
    """The smallest bound that so many of a hundred looks at the event loop did not exceed."""
    buckets = [(bound, float(count)) for bound, count in _BUCKET.findall(metrics)]
    if not buckets or not buckets[-1][1]:
        return "not measured"
    return next(f"at most {bound} s" for bound, count in buckets if count >= buckets[-1][1] * percent / 100)


async def soak(options: argparse.Namespace, folder: Path, *, hostile: int = 0) -> SoakFigures:
    """Run it and print."""
    figures = SoakFigures()
    rooms = VoiceRooms()
    async with StandIn(voice=rooms) as discord:
        guilds = [add_guild_with_voice(discord, f"server {number}") for number in range(options.servers)]
        people = [discord.add_person(f"person {number}") for number in range(options.people)]
        for guild in guilds:
            add_gallery(guild)
        bot = BotProcess(discord, folder, **settings(options), **(voice_settings(rooms) if options.voice else {}))
        async with bot:
            address = _ADDRESS.search(await bot.says("health is told"))
            assert address is not None
            for guild in guilds:
                await open_gallery(discord, guild, discord.add_person(f"manager of {guild.name}"))
            watching = asyncio.create_task(watch_memory(bot.pid, figures))
            accounts = hostile_accounts(discord, guilds[0].channel, options, hostile)
            raging = [asyncio.create_task(account.rage()) for account in accounts]
            ears = [
                await hear_radio(
                    discord, rooms, discord.add_person(f"listener of {guild.name}"), guild, length=options.length
                )
                for guild in guilds
                if options.voice
            ]
            began = time.monotonic()
            await asyncio.gather(*(each for each in asking(discord, people, guilds, options, figures)))
            seconds = time.monotonic() - began
            fought = await hold_taste_battles(discord, people, guilds, bot, length=options.length, model=options.model)
            tastes = [f"battles {dict(fought)}", *await look_at_tastes(discord, people, guilds, bot)]
            shown = await galleries(discord, guilds, bot)
            for task in (watching, *raging):
                task.cancel()
            async with aiohttp.ClientSession() as session, session.get(f"{address[1]}/metrics") as answer:
                metrics = await answer.text()
            status = await bot.stop()
        report(options, figures, metrics, seconds)
        for guild, listener in zip(guilds, ears, strict=False):
            line(f"radio of {guild.name}", str(pacing_of(listener)))
        for told in tastes:
            line("tastes", told)
        line("in the galleries", shown)
        states = bot.rows("select state, count(*) from generation group by state")
        ratings = bot.rows("select count(*) from rating")[0][0]
        line("in the database", f"{dict(states)}, {ratings} ratings")
        line("exit status", str(status))
        line("against Discord's rules", str(Counter(discord.violations) or "nothing"))
        if accounts:
            line("the hostile accounts", str(dict(sum((account.done for account in accounts), Counter()))))
    return figures


def hostile_accounts(
    discord: StandIn, channel: Channel, options: argparse.Namespace, count: int
) -> list[HostileAccount]:
    """So many accounts that mean harm, in one channel."""
    people = [discord.add_person(f"hostile {number}") for number in range(count)]
    return [
        HostileAccount(discord, person, channel, length=options.length, seed=seed) for seed, person in enumerate(people)
    ]


async def compare(options: argparse.Namespace, folder: Path) -> None:
    """Run it without the hostile accounts and with them, and print what the other servers waited."""
    quiet = await soak(options, folder / "quiet")
    sys.stdout.write("\n")
    raided = await soak(options, folder / "raided", hostile=options.hostile)
    sys.stdout.write("\n")
    ratios = []
    for name in sorted(set(quiet.waits) & set(raided.waits) - {"server 0"}):
        before, after = statistics.fmean(quiet.waits[name]), statistics.fmean(raided.waits[name])
        ratios.append(after / before)
        line(f"  {name}", f"mean wait {before:.1f} s, {after:.1f} s beside them: {after / before:.2f} times")
    line("the other servers wait", f"{statistics.fmean(ratios):.2f} times as long, at most {max(ratios):.2f}")


def settings(options: argparse.Namespace) -> dict[str, str]:
    """The bot's environment."""
    chosen = {"CADENZA_METRICS_PORT": "0", "CADENZA_WORKERS": str(options.workers), "CADENZA_QUEUE_SIZE": "100"}
    if options.model != "tiny":
        chosen |= {"CADENZA_MODELS_DIR": str(loading.FOLDER), "CADENZA_DEFAULT_MODEL": options.model}
    return chosen


def asking(
    discord: StandIn, people: list[Person], guilds: list[Guild], options: argparse.Namespace, figures: SoakFigures
) -> list[asyncio.Task[None]]:
    """Everybody at once, spread over the servers, each of which holds a battle."""
    each = options.requests // len(people)
    battles = [
        asyncio.create_task(
            hold_battle(discord, people[index :: len(guilds)], guild.channel, options.length, figures.battles)
        )
        for index, guild in enumerate(guilds)
        if people[index :: len(guilds)]
    ]
    return battles + [
        asyncio.create_task(
            person_asks(discord, person, guilds[index % len(guilds)].channel, {"length": options.length}, each, figures)
        )
        for index, person in enumerate(people)
    ]


def line(name: str, value: str) -> None:
    """Print one figure."""
    sys.stdout.write(f"{name:<28} {value}\n")
    sys.stdout.flush()


def report(options: argparse.Namespace, figures: SoakFigures, metrics: str, seconds: float) -> None:
    """Print all figures."""
    waits = [wait for each in figures.waits.values() for wait in each]
    made = f"{len(waits)} of {options.requests} pieces of {options.length} s by {options.model}"
    line("pieces", f"{made}, {options.workers} at a time, in {seconds:.0f} s")
    line("wait", _spread(waits, "s"))
    for guild, own in sorted(figures.waits.items()):
        line(f"  {guild}", f"mean {statistics.fmean(own):.1f} s over {len(own)}")
    line("acknowledged after", _spread([1000 * each for each in figures.acknowledged], "ms"))
    if figures.pages:
        line("first page of sheet music", f"{len(figures.pages)} times, {_spread(figures.pages, 's')}")
    line("battles", str(dict(figures.battles)))
    line("event loop's lag", f"p50 {lag(metrics, 50)}, p99 {lag(metrics, 99)}, p99.9 {lag(metrics, 99.9)}")
    first, last, most = figures.memory[0], figures.memory[-1], max(figures.memory)
    line("memory of the bot", f"{first / 1e6:.0f} MB at first, {most / 1e6:.0f} at most, {last / 1e6:.0f} at last")
    line("failures", str(dict(figures.failed) | dict(_FAILURE.findall(metrics)) or "none"))


def _spread(values: list[float], unit: str) -> str:
    return f"p50 {percentile(values, 50):.1f}, p95 {percentile(values, 95):.1f}, at most {max(values):.1f} {unit}"


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--servers", type=int, default=4)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--length", type=int, default=30, help="seconds of each piece")
    parser.add_argument("--model", default="wavenet", help="or tiny, which composes at once")
    parser.add_argument("--hostile", type=int, default=0, help="accounts of the first server that mean harm")
    parser.add_argument("--voice", action="store_true", help="the radio plays on every server all the time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run((compare if options.hostile else soak)(options, Path(folder)))


if __name__ == "__main__":
    main()
