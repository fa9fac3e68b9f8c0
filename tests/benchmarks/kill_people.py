"""People of the kill campaign: what they do at random, and what they were told about it."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.standin.rules.refusals import RefusedError

if TYPE_CHECKING:
    import random
    from collections.abc import Awaitable, Callable

    from bot.standin.server import StandIn
    from bot.standin.world import Channel, Interaction, Message, Person

VOTES = ("👍", "👎", "❤️")
_PIECE = re.compile(r"cadenza:another:(\d+)")
_PAUSE = 1.5
"""Mean seconds between two things that one person does."""

_CUT_OFF = (TimeoutError, LookupError, RefusedError)
"""What a person sees of a bot that was killed: no answer, no message, or a button that is no longer there."""


def piece_of(message: Message) -> int | None:
    """Number of the piece that a message with sound bears."""
    if message.deleted or not message.attachments:
        return None
    found = [_PIECE.search(button.get("custom_id", "")) for button in message.buttons()]
    return next((int(match[1]) for match in found if match), None)


@dataclass(slots=True)
class Ledger:
    """What was asked for, and when.

    Attributes:
        composed: Every `/compose` that got an answer, with the person's.
        tracked: Piece -> `/track` that were sent for it, whether answered or not.
        voted: (person, piece) -> step of the vote.
        erased: Person -> step and id of the last deletion of all, once the bot said that it was done.
        unsure: Person -> the same of one that was cut off: nobody was told whether it was done.
        deleted: Pieces whose 🗑 was answered by the message's going.
        steps: Number of things done so far, which orders them.
        done: How often each thing was done.
    """

    composed: list[Interaction] = field(default_factory=list)
    tracked: Counter[int] = field(default_factory=Counter)
    voted: dict[tuple[int, int], int] = field(default_factory=dict)
    erased: dict[int, tuple[int, int]] = field(default_factory=dict)
    unsure: dict[int, tuple[int, int]] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    steps: int = 0
    done: Counter[str] = field(default_factory=Counter)

    def step(self, name: str) -> int:
        """Count something that was done."""
        self.steps += 1
        self.done[name] += 1
        return self.steps

    def may_be_erased(self, person: int, request_id: int) -> bool:
        """Whether a piece of that request may have gone with all else of its person's."""
        return request_id < self.unsure.get(person, (0, 0))[1]


class CampaignPerson:
    """Somebody who composes, votes, tracks and deletes, whether the bot lives or not."""

    def __init__(self, discord: StandIn, person: Person, channel: Channel, ledger: Ledger, dice: random.Random) -> None:
        self._discord, self._person, self._channel = discord, person, channel
        self._ledger, self._dice = ledger, dice
        self._chances: dict[Callable[[], Awaitable[None]], int] = {
            self._compose: 30,
            self._vote: 40,
            self._withdraw: 5,
            self._track: 12,
            self._read_score: 8,
            self._cancel: 5,
            self._delete: 5,
            self._erase: 2,
        }

    async def live(self, over: asyncio.Event) -> None:
        """Do one thing after the other until it is over."""
        while not over.is_set():
            (act,) = self._dice.choices(list(self._chances), list(self._chances.values()))
            try:
                await act()
            except _CUT_OFF:
                self._ledger.step("cut off")
            await asyncio.sleep(self._dice.uniform(0, 2 * _PAUSE))

    def _pieces(self) -> list[tuple[int, Message]]:
        found = [(piece_of(message), message) for message in self._discord.messages(self._channel)]
        return [(number, message) for number, message in found if number is not None]

    def _own(self) -> list[tuple[int, Message]]:
        mine = {each.message.id for each in self._ledger.composed if each.user is self._person and each.original}
        return [(number, message) for number, message in self._pieces() if message.id in mine]

    async def _compose(self) -> None:
        seed = self._dice.randrange(1000)
        options = {"length": 5, "seed": seed}
        interaction = await self._discord.slash("compose", user=self._person, channel=self._channel, options=options)
        self._ledger.step("compose")
        self._ledger.composed.append(interaction)

    async def _vote(self) -> None:
        pieces = self._pieces()
        if not pieces:
            return
        number, message = self._dice.choice(pieces)
        if (self._person.id, number) in self._ledger.voted:
            return
        self._ledger.voted[self._person.id, number] = self._ledger.step("vote")
        await self._discord.react(message, self._dice.choice(VOTES), user=self._person)

    async def _withdraw(self) -> None:
        given = [
            (message, emoji)
            for _, message in self._pieces()
            for emoji, people in message.reactions.items()
            if self._person in people
        ]
        if given:
            message, emoji = self._dice.choice(given)
            self._ledger.step("withdraw")
            await self._discord.unreact(message, emoji, user=self._person)

    async def _track(self) -> None:
        pieces = self._pieces()
        if not pieces:
            return
        number, _ = self._dice.choice(pieces)
        self._ledger.tracked[number] += 1
        self._ledger.step("track")
        await self._discord.slash("track", user=self._person, channel=self._channel, options={"number": number})

    async def _read_score(self) -> None:
        pieces = self._pieces()
        if pieces:
            _, message = self._dice.choice(pieces)
            self._ledger.step("read the score")
            await self._discord.press(message, "cadenza:score", user=self._person)

    async def _cancel(self) -> None:
        waiting = [
            each.message
            for each in self._ledger.composed
            if each.user is self._person and each.original and not each.message.attachments and not each.message.deleted
        ]
        waiting = [each for each in waiting if any("cancel" in b.get("custom_id", "") for b in each.buttons())]
        if waiting:
            self._ledger.step("cancel")
            await self._discord.press(self._dice.choice(waiting), "cadenza:cancel", user=self._person)

    async def _delete(self) -> None:
        pieces = self._own()
        if not pieces:
            return
        number, message = self._dice.choice(pieces)
        self._ledger.step("delete")
        await self._discord.press(message, "cadenza:delete", user=self._person)
        await self._discord.until(lambda: message.deleted, "the message to go", seconds=5)
        self._ledger.deleted.add(number)

    async def _erase(self) -> None:
        asked = await self._discord.slash("privacy delete", user=self._person, channel=self._channel)
        pressed = await self._discord.press(asked.message, "cadenza:forget", user=self._person, wait=False)
        here = (self._ledger.step("erase"), pressed.id)
        self._ledger.unsure[self._person.id] = here
        await self._discord.until(lambda: not asked.message.buttons(), "the answer", seconds=5)
        self._ledger.erased[self._person.id] = here
