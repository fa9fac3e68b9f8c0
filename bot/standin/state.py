"""All that the stand-in knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bot.standin import payloads
from bot.standin.changes import Changes
from bot.standin.faults import Faults
from bot.standin.gateway import Gateway
from bot.standin.rules.description import read_description
from bot.standin.rules.refusals import RefusedError
from bot.standin.world import Channel, Guild, Interaction, Json, Message, Person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.standin.faults import Recorded
    from bot.standin.world import Attachment

Found = TypeVar("Found", Channel, Guild, Person)


class State:
    """What the stand-in knows.

    Attributes:
        requests: Every request of the bot's, in order.
        violations: Requests of the bot that Discord would not have taken.
        commands: The registered commands, of all guilds under None.
        description: Discord's own of its interface.
        uploads: Files that people give to a command, by id.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self.owner = Person("owner")
        self.bot = Person("cadenza", bot=True)
        self.guilds: list[Guild] = []
        self.people: list[Person] = [self.owner]
        self.directs: dict[Person, Channel] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: dict[int | None, list[Json]] = {}
        self.description = read_description()
        self.uploads: dict[int, Attachment] = {}
        self.requests: list[Recorded] = []
        self.violations: list[str] = []
        self.base = ""
        self.changes = Changes()
        self.faults = Faults()
        self.gateway = Gateway(self.bot, token, self.guilds, self.changes)

    def channels(self) -> Iterator[Channel]:
        for guild in self.guilds:
            yield from guild.channels
        yield from self.directs.values()

    def channel(self, number: int) -> Channel:
        return _by_id(self.channels(), number, 10003)

    def guild(self, number: int) -> Guild:
        return _by_id(self.guilds, number, 10004)

    def person(self, number: int) -> Person:
        return _by_id([*self.people, self.bot], number, 10013)

    def message(self, channel: Channel, number: int) -> Message:
        if number not in channel.messages:
            raise RefusedError(10008)
        return channel.messages[number]

    def direct(self, person: Person) -> Channel:
        """The direct messages with somebody, opened if need be."""
        if person not in self.directs:
            self.directs[person] = Channel(f"with {person.name}", recipient=person)
        return self.directs[person]

    def written(self, message: Message) -> Json:
        return payloads.message(message, self.bot, self.base)


def _by_id(found: Iterable[Found], number: int, code: int) -> Found:
    for each in found:
        if each.id == number:
            return each
    raise RefusedError(code)
