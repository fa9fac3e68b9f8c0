"""People of the benchmark of scale: each asks for a piece, waits for it, and asks for the next."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tests.benchmarks.kill_people import piece_of

if TYPE_CHECKING:
    from bot.standin.world import Channel, Interaction, Person
    from tests.benchmarks.scale_world import ScaleWorld
    from tests.bot.process import BotProcess

_LOOK_EVERY = 0.25
_ROWS_EVERY = 1.0
_ANSWERED_WITHIN = 3.0
_PATIENCE = 1800.0
_SETTLED_WITHIN = 20.0
"""Seconds after which a command without a row counts as never heard."""

_LONG = 300
"""Seconds of music of a piece that is cancelled before it is made."""

_REFERENCE = re.compile(r" \(ref \w+\)")
_ROWS = "select number, request_id, state, untold from generation"


@dataclass(slots=True)
class ScaleLedger:
    """What people asked for, and what came of it.

    Attributes:
        left: Pieces that are still to be asked for.
        numbers: Request -> number of its piece, as the rows say.
        states: Piece -> state of its row.
        untold: Pieces whose end nobody was told yet.
        arrived: Piece -> when it was first heard.
        waits: Name of the server -> seconds from each command to its piece.
        acknowledged: Seconds from each command to its first answer, of all that got one.
        troubles: What else people saw, and how often.
    """

    left: int
    numbers: dict[int, int] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    untold: set[int] = field(default_factory=set)
    arrived: dict[int, float] = field(default_factory=dict)
    waits: dict[str, list[float]] = field(default_factory=dict)
    acknowledged: list[float] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)

    @property
    def on_the_way(self) -> int:
        """Pieces that are not at their end."""
        waiting = sum(state in {"accepted", "composing", "composed"} for state in self.states.values())
        return waiting + len(self.untold)

    def is_over(self, number: int) -> bool:
        """Whether a piece came, or never will."""
        return number in self.arrived or self.states[number] in {"failed", "cancelled"}


async def read_rows(world: ScaleWorld, ledger: ScaleLedger) -> None:
    """Take in what the rows say now."""
    for number, request_id, state, untold in await world.rows(_ROWS):
        ledger.numbers[request_id] = number
        ledger.states[number] = state
        (ledger.untold.add if untold else ledger.untold.discard)(number)


async def watch(world: ScaleWorld, ledger: ScaleLedger) -> None:
    """Take note of the rows and of each piece that comes, until cancelled."""
    seen, looked = set[int](), 0.0
    while True:
        for message in (each for channel in world.channels for each in channel.messages.values()):
            if message.id not in seen and (number := piece_of(message)) is not None:
                seen.add(message.id)
                ledger.arrived.setdefault(number, time.monotonic())
        if time.monotonic() - looked >= _ROWS_EVERY:
            await read_rows(world, ledger)
            looked = time.monotonic()
        world.discord.state.changes.tell()
        await asyncio.sleep(_LOOK_EVERY)


async def ask_again_and_again(
    world: ScaleWorld, person: Person, channel: Channel, length: int, ledger: ScaleLedger
) -> None:
    """Ask for one piece after the other, as long as there are any left."""
    assert channel.guild is not None
    while ledger.left > 0:
        ledger.left -= 1
        options = {"length": length, "seed": ledger.left}
        asked = await _accepted(world, person, channel, options, ledger)
        number = ledger.numbers[asked.id]
        await world.discord.until(lambda: ledger.is_over(number), "the piece", seconds=_PATIENCE)  # noqa: B023
        if number in ledger.arrived:
            ledger.waits.setdefault(channel.guild.name, []).append(ledger.arrived[number] - asked.began)


async def _accepted(
    world: ScaleWorld, person: Person, channel: Channel, options: dict[str, int], ledger: ScaleLedger
) -> Interaction:
    """A command whose row is there; whoever is refused, or never heard, asks again."""
    while True:
        if (asked := await _asked(world, person, channel, options, ledger)) is not None:
            return asked
        await asyncio.sleep(1)


async def _asked(
    world: ScaleWorld, person: Person, channel: Channel, options: dict[str, int], ledger: ScaleLedger
) -> Interaction | None:
    """A command whose row is there; None if it was refused, or never heard."""
    try:
        asked = await world.discord.slash("compose", user=person, channel=channel, options=options, wait=False)
    except LookupError as error:
        ledger.troubles[str(error)] += 1
        return None
    with suppress(TimeoutError):
        await world.discord.until(lambda: asked.answer is not None, "an answer", seconds=_ANSWERED_WITHIN)
    if asked.answer is None:
        ledger.troubles["no answer"] += 1
    else:
        ledger.acknowledged.append(asked.answered_after)
    patience = time.monotonic() + _SETTLED_WITHIN
    while time.monotonic() < patience:
        if asked.id in ledger.numbers:
            return asked
        if (message := asked.original) is not None and message.seen_by is not None and not message.loading:
            ledger.troubles[_REFERENCE.sub("", f"refused: {message.text}")] += 1
            return None
        await asyncio.sleep(_LOOK_EVERY)
    ledger.troubles["never heard"] += 1
    return None


async def time_cancels(world: ScaleWorld, person: Person, channel: Channel, count: int) -> list[float]:
    """Seconds from when a cancel was noted to when the worker that had the piece broke it off, by their logs."""
    took = []
    for seed in range(count):
        known = {event: len(_logged(processes, event)) for event, processes in _of_cancel(world)}
        options = {"length": _LONG, "seed": 1000 + seed}
        asked = await world.discord.slash("compose", user=person, channel=channel, options=options)
        (composing, _), *ends = _of_cancel(world)
        await world.discord.until(lambda: len(_logged(world.workers, composing)) > known[composing], composing)  # noqa: B023
        assert asked.original is not None
        await world.discord.press(asked.original, "cadenza:cancel", user=person)
        moments = []
        for event, processes in ends:
            await world.discord.until(lambda: len(_logged(processes, event)) > known[event], event)  # noqa: B023
            moments.append(_logged(processes, event)[-1])
        took.append((moments[1] - moments[0]).total_seconds())
    return took


def _of_cancel(world: ScaleWorld) -> list[tuple[str, list[BotProcess]]]:
    """What is logged about a piece that is cancelled, and by whom."""
    return [("composing", world.workers), ("cancelled", world.bots), ("broken off", world.workers)]


def _logged(processes: list[BotProcess], event: str) -> list[datetime]:
    """When some processes logged something, in its order."""
    lines = (json.loads(line) for each in processes for line in each.said if f'"event": "{event}"' in line)
    return sorted(datetime.fromisoformat(line["timestamp"]) for line in lines)
