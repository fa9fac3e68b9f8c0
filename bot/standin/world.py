"""What is there: people, guilds, channels, messages and interactions."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

EPOCH = 1_420_070_400_000
"""Milliseconds from 1970 to the first second of Discord's ids."""

ADD_REACTIONS, VIEW_CHANNEL, SEND_MESSAGES, MANAGE_MESSAGES = 1 << 6, 1 << 10, 1 << 11, 1 << 13
EMBED_LINKS, ATTACH_FILES, READ_MESSAGE_HISTORY = 1 << 14, 1 << 15, 1 << 16
CONNECT, SPEAK = 1 << 20, 1 << 21
ADMINISTRATOR, MANAGE_GUILD, USE_COMMANDS, SEND_IN_THREADS = 1 << 3, 1 << 5, 1 << 31, 1 << 38
USE_EXTERNAL_APPS = 1 << 50

LEAST_FOR_THE_BOT = 274_878_024_768
"""Add Reactions, View Channel, Send Messages, Embed Links, Attach Files, Read Message History, Send in Threads."""

OF_A_MEMBER = LEAST_FOR_THE_BOT | USE_COMMANDS | USE_EXTERNAL_APPS

ALL_PERMISSIONS = (1 << 53) - 1
"""What an administrator may do."""

TEXT_CHANNEL, VOICE_CHANNEL, STAGE_CHANNEL = 0, 2, 13
"""Kinds of channels in a guild."""

EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
"""Flags of a message."""

_count = itertools.count()


def snowflake() -> int:
    """A new id, greater than every one before, that tells its time."""
    return (time.time_ns() // 1_000_000 - EPOCH) << 22 | next(_count) % (1 << 22)


@dataclass(eq=False, slots=True)
class Person:
    """Somebody with an account; the bot is one, too."""

    name: str
    bot: bool = False
    locale: str = "en-US"
    takes_direct_messages: bool = True
    id: int = field(default_factory=snowflake)


@dataclass(eq=False, slots=True)
class Guild:
    """A server.

    Attributes:
        members: The permissions of each.
        installed: Whether the bot is in it; else people bring their own installation.
        hides_apps: Whether what such a bot answers is seen by that person alone.
        filesize_limit: Bytes of one message's files.
        voices: Voice channel in which each person is, who is in one.
    """

    name: str
    owner: Person
    members: dict[Person, int] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    voices: dict[Person, Channel] = field(default_factory=dict)
    bot_permissions: int = LEAST_FOR_THE_BOT
    installed: bool = True
    hides_apps: bool = False
    locale: str = "en-US"
    filesize_limit: int = 10 * 1024 * 1024
    id: int = field(default_factory=snowflake)
    bot_role: int = field(default_factory=snowflake)

    @property
    def channel(self) -> Channel:
        """The first."""
        return self.channels[0]


@dataclass(eq=False, slots=True)
class Channel:
    """A channel of a guild, for text or voice, or the direct messages with somebody.

    Attributes:
        denied: Permissions that the bot has in the guild but not here.
        kind: Text, voice or a stage, in a guild.
    """

    name: str
    guild: Guild | None = None
    recipient: Person | None = None
    denied: int = 0
    kind: int = TEXT_CHANNEL
    messages: dict[int, Message] = field(default_factory=dict)
    id: int = field(default_factory=snowflake)

    @property
    def permissions(self) -> int:
        """What the bot may do here."""
        if self.guild is None:
            return OF_A_MEMBER
        return self.guild.bot_permissions & ~self.denied if self.guild.installed else 0

    @property
    def filesize_limit(self) -> int:
        return self.guild.filesize_limit if self.guild else 10 * 1024 * 1024


@dataclass(eq=False, slots=True)
class Attachment:
    """A file of a message."""

    filename: str
    content: bytes
    description: str | None = None
    id: int = field(default_factory=snowflake)


@dataclass(eq=False, slots=True)
class Message:
    """A message as it stands.

    Attributes:
        pinged: People whom its mentions called.
        reactions: People who gave each emoji, in order.
        bursts: Emoji and people whose reaction is a super reaction, which Discord lists apart.
        seen_by: The one person who can see it; all can where this is None.
        edits: Number of times that it was changed.
    """

    channel: Channel
    author: Person
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    reference: int | None = None
    pinged: list[int] = field(default_factory=list)
    reactions: dict[str, list[Person]] = field(default_factory=dict)
    bursts: set[tuple[str, Person]] = field(default_factory=set)
    interaction: Interaction | None = None
    seen_by: Person | None = None
    edits: int = 0
    edited: datetime | None = None
    deleted: bool = False
    id: int = field(default_factory=snowflake)

    @property
    def loading(self) -> bool:
        """Whether the bot is still thinking."""
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """All that a person reads in it."""
        return "\n".join(_texts([self.content, self.embeds, self.components]))

    @property
    def sent(self) -> datetime:
        return datetime.fromtimestamp(((self.id >> 22) + EPOCH) / 1000, UTC)

    def file(self, ending: str) -> Attachment:
        """The one file whose name ends so."""
        (found,) = (each for each in self.attachments if each.filename.endswith(ending))
        return found

    def buttons(self) -> list[Json]:
        """Every button and select on it."""
        return list(_interactive(self.components))


def _texts(part: object) -> list[str]:
    match part:
        case str():
            return [part] if part else []
        case list():
            return [text for each in part for text in _texts(each)]
        case dict():
            shown = ("title", "description", "fields", "name", "value", "footer", "text", "author", "content")
            nested = ("components", "label", "accessory")
            return [text for key in (*shown, *nested) if key in part for text in _texts(part[key])]
    return []


def _interactive(components: list[Json]) -> list[Json]:
    found = []
    for component in components:
        if component["type"] in {2, 3, 5, 6, 7, 8}:
            found.append(component)
        inner = [*component.get("components", []), *([component["accessory"]] if "accessory" in component else [])]
        found += _interactive(inner)
    return found


@dataclass(eq=False, slots=True)
class Interaction:
    """What somebody did that the bot has to answer.

    Attributes:
        type: 2 a command, 3 a component, 4 autocomplete, 5 a modal.
        answer: Type of the bot's first answer, once there is one.
        answered_after: Seconds from the interaction to that answer.
        source: The message whose component or modal it is.
        original: The message that the answer made.
        modal: The modal that the answer opened.
        choices: Choices that autocomplete proposed.
    """

    type: int
    user: Person
    channel: Channel
    data: Json
    token: str
    source: Message | None = None
    answer: int | None = None
    answered_after: float = float("inf")
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    expired: bool = False
    began: float = field(default_factory=time.monotonic)
    id: int = field(default_factory=snowflake)

    @property
    def hidden(self) -> bool:
        """Whether the person alone sees every answer, however the bot gives it."""
        guild = self.channel.guild
        return guild is not None and not guild.installed and guild.hides_apps

    @property
    def message(self) -> Message:
        """What the bot answered with: its own message, or the one it changed."""
        message = self.original or self.source
        if message is None:
            raise LookupError(f"interaction {self.id} has no message (answer of type {self.answer})")
        return message

    @property
    def late(self) -> bool:
        """Whether its token is past its 15 minutes."""
        return self.expired or time.monotonic() - self.began > 15 * 60
