"""The bot as a process, killed two hundred times at random moments: `python -m tests.benchmarks.kills`.

People compose, vote, track, cancel and delete all the while. Afterwards what they were told is held against the
database and against what stands on Discord. Exit status 1 says that something accepted was lost, something came twice,
or something deleted came back.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.standin.server import StandIn
from tests.benchmarks.kill_people import CampaignPerson, Ledger, piece_of
from tests.bot.process import BotProcess

if TYPE_CHECKING:
    from bot.standin.world import Channel

_WAITING = "select count(*) from generation where state in ('accepted', 'composing', 'composed') or untold"
_TAKEN_BACK = ("deleted", "cancelled", "failed")
_LOOKS = 120
"""Looks, a second apart, until what still waits counts as never done."""


@dataclass(slots=True)
class Seen:
    """What the database held at each kill: committed, so never to be taken back.

    Attributes:
        accepted: Piece -> its interaction.
        gone: Piece -> deleted or cancelled.
        kills: Kills at each point: while it started, or while it worked.
        began: Lines that the bot had said before its last life.
    """

    accepted: dict[int, int] = field(default_factory=dict)
    gone: dict[int, str] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    began: int = 0

    def look(self, bot: BotProcess) -> None:
        """Take in what is committed now."""
        for number, state, request_id in bot.rows("select number, state, request_id from generation"):
            self.accepted[number] = request_id
            if state in {"deleted", "cancelled"}:
                self.gone[number] = state


def count_states(bot: BotProcess) -> dict[str, int]:
    """Pieces in each state."""
    return dict(bot.rows("select state, count(*) from generation group by state"))


async def kill_and_restart(bot: BotProcess, seen: Seen, dice: random.Random, *, starting: bool) -> None:
    """Kill it at a random moment, of its start or of its work, and leave it running again."""
    if starting:
        await bot.kill()
        begun = asyncio.create_task(bot.start())
        await asyncio.sleep(dice.uniform(0.3, 2.5))
        await bot.kill()
        await asyncio.gather(begun, return_exceptions=True)
    else:
        await asyncio.sleep(dice.uniform(0, 2))
        await bot.kill()
    seen.kills["starting" if starting else "working"] += 1
    seen.look(bot)
    seen.began = len(bot.said)
    await bot.start()


async def settle(discord: StandIn, bot: BotProcess, channels: list[Channel]) -> None:
    """Wait until the bot has nothing left to do, as far as it gets there."""

    def busy() -> bool:
        messages = [message for channel in channels for message in discord.messages(channel)]
        return bool(
            bot.rows(_WAITING)[0][0]
            or bot.rows("select count(*) from removal")[0][0]
            or any(message.loading for message in messages)
        )

    for _ in range(_LOOKS):
        if not busy():
            break
        await asyncio.sleep(1)
    await discord.gateway.beat()
    await asyncio.sleep(2)


@dataclass(slots=True)
class Verdict:
    """What was lost, doubled or brought back; each a list of what to look at."""

    lost_pieces: list[str] = field(default_factory=list)
    lost_votes: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    came_back: list[str] = field(default_factory=list)
    thinking: list[str] = field(default_factory=list)
    not_told_apart: list[str] = field(default_factory=list)
    """Votes of people who had all deleted once, given while nobody listened: they look like those that were deleted."""

    @property
    def holds(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost_pieces or self.lost_votes or self.doubled or self.came_back or self.thinking)


def judge(discord: StandIn, bot: BotProcess, channels: list[Channel], ledger: Ledger, seen: Seen) -> Verdict:
    """Hold what people were told against the database and against Discord."""
    verdict = Verdict()
    states = dict(bot.rows("select number, state from generation"))
    users = dict(bot.rows("select number, user_id from generation"))
    _judge_pieces(verdict, states, ledger, seen)
    standing = _judge_messages(verdict, discord, channels, ledger, states)
    ratings = {(user, number) for user, number in bot.rows("select user_id, number from rating")}
    expected = {
        (person, number)
        for (person, number) in standing
        if number in states and ledger.voted[person, number] > ledger.erased.get(person, (0, 0))[0]
    }
    unsure = {each for each in expected if ledger.voted[each] < ledger.unsure.get(each[0], (0, 0))[0]}
    noted = {message_id for (message_id,) in bot.rows("select message_id from post")}
    for person, number in sorted(expected - unsure - ratings):
        known = "noted" if standing[person, number] in noted else "not noted"
        told = f"{person} for #{number}, whose message is {known}"
        (verdict.not_told_apart if person in ledger.unsure else verdict.lost_votes).append(told)
    verdict.came_back += [f"vote of {person} for #{number}" for person, number in sorted(ratings - expected)]
    requests = dict(bot.rows("select number, request_id from generation"))
    for number, user in users.items():
        if user in ledger.erased and requests[number] < ledger.erased[user][1]:
            verdict.came_back.append(f"#{number} of {user}, who had it deleted")
    return verdict


def _judge_pieces(verdict: Verdict, states: dict[int, str], ledger: Ledger, seen: Seen) -> None:
    by_request = {each.id: each for each in ledger.composed}
    for number, request_id in seen.accepted.items():
        asked = by_request.get(request_id)
        if number not in states and asked is not None and not ledger.may_be_erased(asked.user.id, request_id):
            verdict.lost_pieces.append(f"#{number} has no row")
        elif states.get(number) in {"accepted", "composing", "composed", "failed"}:
            verdict.lost_pieces.append(f"#{number} is {states[number]}")
    for number, state in seen.gone.items():
        if states.get(number, state) not in _TAKEN_BACK:
            verdict.came_back.append(f"#{number}, {state}, is {states[number]}")
    for number in ledger.deleted:
        if states.get(number, "deleted") != "deleted":
            verdict.came_back.append(f"#{number}, deleted, is {states[number]}")


def _judge_messages(
    verdict: Verdict, discord: StandIn, channels: list[Channel], ledger: Ledger, states: dict[int, str]
) -> dict[tuple[int, int], int]:
    """What stands on Discord; returned is the message of each (person, piece) whose reaction stands."""
    copies: Counter[int] = Counter()
    standing: dict[tuple[int, int], int] = {}
    for message in (message for channel in channels for message in discord.messages(channel)):
        if message.loading:
            verdict.thinking.append(f"message {message.id}")
        number = piece_of(message)
        if number is None:
            continue
        copies[number] += 1
        people = {person.id for given in message.reactions.values() for person in given}
        standing |= {(person, number): message.id for person in people if (person, number) in ledger.voted}
        if states.get(number) not in {"delivered", "kept"}:
            verdict.came_back.append(f"a message of #{number}, which is {states.get(number, 'erased')}")
    for number, count in copies.items():
        if count > 1 + ledger.tracked[number]:
            verdict.doubled.append(f"#{number}: {count} messages, {ledger.tracked[number]} times tracked")
    return standing


def line(name: str, value: object) -> None:
    """Print one figure."""
    sys.stdout.write(f"{name:<34} {value}\n")
    sys.stdout.flush()


def report(verdict: Verdict, bot: BotProcess, ledger: Ledger, seen: Seen) -> None:
    """Print all figures, and what each failure was."""
    line("kills", dict(seen.kills))
    line("what people did", dict(ledger.done))
    line("in the database", count_states(bot))
    line("pieces accepted", len(seen.accepted))
    line("votes that stand", bot.rows("select count(*) from rating")[0][0])
    for name, found in (
        ("accepted pieces lost", verdict.lost_pieces),
        ("votes lost", verdict.lost_votes),
        ("votes like deleted ones", verdict.not_told_apart),
        ("posted twice", verdict.doubled),
        ("deleted things that came back", verdict.came_back),
        ("answers that think for ever", verdict.thinking),
    ):
        line(name, f"{len(found)} {'; '.join(found[:8])}".rstrip())


async def campaign(options: argparse.Namespace, folder: Path) -> bool:
    """Run it, print, and say whether every promise was kept."""
    dice = random.Random(options.seed)
    seen, ledger, over = Seen(), Ledger(), asyncio.Event()
    settings = {"CADENZA_WORKERS": "1", "CADENZA_QUEUE_SIZE": "1000", "CADENZA_ON_THE_WAY": "1000"}
    async with StandIn() as discord:
        channels = [discord.add_guild(f"server {number}").channel for number in range(options.servers)]
        people = [discord.add_person(f"person {number}") for number in range(options.people)]
        lives = [
            CampaignPerson(discord, person, channels[index % len(channels)], ledger, random.Random(dice.random()))
            for index, person in enumerate(people)
        ]
        async with BotProcess(discord, folder, **settings) as bot:
            living = [asyncio.create_task(each.live(over)) for each in lives]
            for kill in range(options.kills):
                await kill_and_restart(bot, seen, dice, starting=dice.random() < options.starting)
                if (kill + 1) % 25 == 0:
                    line(
                        f"after {kill + 1} kills",
                        dict(bot.rows("select state, count(*) from generation group by state")),
                    )
            over.set()
            await asyncio.gather(*living)
            await discord.until(
                lambda: any("reactions read back" in line for line in bot.said[seen.began :]),
                "the reading of what was missed, a message a second",
                seconds=1800,
            )
            await settle(discord, bot, channels)
            seen.look(bot)
            verdict = judge(discord, bot, channels, ledger, seen)
            report(verdict, bot, ledger, seen)
            line("exit status of the last life", await bot.stop())
        against = [each for each in discord.violations if not each.endswith("did not come")]
        line("against Discord's rules", against or "nothing")
    return verdict.holds


def main() -> int:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--starting", type=float, default=0.2, help="share of kills that hit a start")
    parser.add_argument("--seed", type=int, default=1)
    with tempfile.TemporaryDirectory() as folder:
        return 0 if asyncio.run(campaign(parser.parse_args(), Path(folder))) else 1


if __name__ == "__main__":
    sys.exit(main())
