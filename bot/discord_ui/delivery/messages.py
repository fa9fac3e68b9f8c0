"""The one message of a piece: reached through its interaction while that lives, else by the bot's own token."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord.utils import MISSING

from bot.discord_ui.buttons import number_in
from bot.discord_ui.delivery.attachment_size import is_too_large
from bot.discord_ui.delivery.own_messages import custom_ids, find_own
from bot.discord_ui.network import LOST, is_passing
from bot.discord_ui.refusal_texts import UNKNOWN_MESSAGE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

log = structlog.stdlib.get_logger(__name__)

LIVES = timedelta(minutes=14, seconds=30)
"""How long an interaction's token is relied on: Discord's 15 minutes, less what an upload may take."""

_LOOK_BACK = 50
"""Messages of a channel among which our own is looked for."""

_ORIGINAL = "@original"
"""How Discord calls the message that answers an interaction, where its id is not known."""

_TRIES = 3
_PAUSE = 1.0
"""Seconds before a request is made again whose answer was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the message of a piece stands, or is to stand.

    Attributes:
        number: Number of the piece.
        user_id: Person who asked for it.
        channel_id: Channel where it was asked for.
        message_id: Message that bears it; None while there is none.
        private: Whether only that person may see it.
        application_id: Application of the bot.
        token: Token of the interaction; None where there was none.
        since: Moment of the interaction.
        locale: Language of whoever asked.
    """

    number: int
    user_id: int
    channel_id: int
    message_id: int | None = None
    private: bool = False
    application_id: int = 0
    token: str | None = field(default=None, repr=False)
    since: datetime | None = None
    locale: str = "en-US"

    def token_lives(self, now: datetime) -> bool:
        """Whether the interaction can still be used, at a moment by Discord's clock."""
        return self.token is not None and self.since is not None and now - self.since < LIVES


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it is posted.

    Attributes:
        name: Name of the file.
        data: Its bytes.
        description: What it is, for people who cannot see or hear it.
    """

    name: str
    data: bytes = field(repr=False)
    description: str

    def file(self) -> discord.File:
        """The file, ready to be sent once."""
        return discord.File(io.BytesIO(self.data), self.name, description=self.description)


@dataclass(frozen=True, slots=True)
class Content:
    """All that a message says.

    Attributes:
        text: Text above everything else.
        embed: Embed with the picture.
        files: Files below it.
        view: Its buttons.
        whole: Whether the message is to say just that; else only its buttons change.
        keeps_files: Whether an edit leaves the files of the message as they are.
    """

    text: str | None = None
    embed: discord.Embed | None = None
    files: tuple[Upload, ...] = ()
    view: discord.ui.View | None = None
    whole: bool = True
    keeps_files: bool = False

    def edit(self) -> dict[str, Any]:
        """What an edit changes, as discord.py takes it, once."""
        if not self.whole:
            return {"view": self.view}
        said = {"content": self.text, "embed": self.embed, "view": self.view}
        return said if self.keeps_files else {**said, "attachments": self.uploads()}

    def uploads(self) -> list[discord.File]:
        """The files, ready to be sent once."""
        return [upload.file() for upload in self.files]


class Messages:
    """Edits and posts the messages of pieces."""

    def __init__(
        self,
        client: discord.Client,
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = discord.utils.utcnow,
    ) -> None:
        """Use `client` to reach Discord; `pause` waits for some seconds, and `now` tells Discord's time."""
        self._client = client
        self._pause = pause
        self._now = now

    async def edit(self, address: Address, content: Content) -> discord.Message | None:
        """Make the message say just that; None if it is gone or no way leads to it.

        Raises:
            discord.HTTPException: If files are too large, or Discord cannot answer now.
            LOST: If the answer was lost again and again.
        """
        for way in self._ways(address):
            try:
                return await self._until_answered(way, content)
            except discord.HTTPException as error:
                if error.code == UNKNOWN_MESSAGE:
                    return None
                if not closes_way(error):
                    raise
                log.info("message not reached", generation=address.number, error=str(error))
        return None

    async def look(self, address: Address) -> discord.Message | None:
        """Fetch the message as it stands; None if it is gone or no way leads to it.

        Raises:
            discord.HTTPException: If Discord cannot answer now.
            LOST: If the answer was lost again and again.
        """
        message_id: Any = address.message_id or _ORIGINAL
        ways: list[Callable[[Content], Awaitable[discord.Message]]] = []
        if address.token_lives(self._now()):
            webhook = self._webhook(address.application_id, address.token or "")
            ways.append(lambda _: webhook.fetch_message(message_id))
        if address.message_id is not None and not address.private:
            channel = self._client.get_partial_messageable(address.channel_id)
            ways.append(lambda _: channel.fetch_message(message_id))
        for way in ways:
            try:
                return await self._until_answered(way, Content())
            except discord.HTTPException as error:
                if is_passing(error):
                    raise
                log.info("message not found", generation=address.number, error=str(error))
        return None

    def _ways(self, address: Address) -> Iterator[Callable[[Content], Awaitable[discord.Message]]]:
        message_id = address.message_id
        if address.token_lives(self._now()):
            yield lambda content: self._edit_by_token(address, content)
        if message_id is not None and not address.private:
            channel = self._client.get_partial_messageable(address.channel_id)
            yield lambda content: _edit(channel.get_partial_message(message_id), content)

    async def _edit_by_token(self, address: Address, content: Content) -> discord.Message:
        assert address.token is not None
        message_id: Any = address.message_id or _ORIGINAL
        webhook = self._webhook(address.application_id, address.token)
        return await webhook.edit_message(message_id, **content.edit())

    def _webhook(self, application_id: int, token: str) -> discord.Webhook:
        """What speaks for an interaction. discord.py takes the client's session for it, but not its proxy."""
        webhook = discord.Webhook.partial(application_id, token, client=self._client)
        webhook.proxy, webhook.proxy_auth = self._client.http.proxy, self._client.http.proxy_auth
        return webhook

    async def _until_answered(
        self, request: Callable[[Content], Awaitable[discord.Message]], content: Content
    ) -> discord.Message:
        """Ask again where the answer was lost: an edit done twice is an edit."""
        for _ in range(_TRIES - 1):
            try:
                return await request(content)
            except LOST as error:
                log.info("asking Discord again", error=repr(error))
                await self._pause(_PAUSE)
        return await request(content)

    async def post(self, address: Address, content: Content) -> discord.Message | None:
        """Post by the bot's own token: in the channel, else as a direct message; None if neither is possible.

        A message of ours with that piece's number that is there already is edited instead, so that what was posted
        before a crash, or before its answer was lost, is not posted twice.

        Raises:
            discord.HTTPException: As `edit` does.
            LOST: As `edit` does.
        """
        places = (self._direct,) if address.private else (self._channel, self._direct)
        if not address.user_id:
            places = (self._channel,)  # nobody asked for it
        for place in places:
            try:
                channel = await place(address)
                return await self._until_answered(lambda content, to=channel: self._once(to, address, content), content)  # type: ignore[misc]
            except discord.HTTPException as error:
                if not closes_way(error):
                    raise
                log.info("not posted", generation=address.number, by=place.__name__, error=str(error))
        return None

    async def call(self, address: Address, text: str) -> discord.Message:
        """Post a line that notifies whoever the address is about: as a follow-up while there is a token, or alone.

        Raises:
            discord.HTTPException: If Discord refuses.
            LOST: If the answer was lost; it is not asked again, since it may stand there.
        """
        mentioned = discord.AllowedMentions(users=[discord.Object(address.user_id)])
        if address.token_lives(self._now()):
            webhook = self._webhook(address.application_id, address.token or "")
            return await webhook.send(text, allowed_mentions=mentioned, wait=True)
        return await (await self._channel(address)).send(text, allowed_mentions=mentioned)

    async def _channel(self, address: Address) -> discord.abc.Messageable:
        return self._client.get_partial_messageable(address.channel_id)

    async def _direct(self, address: Address) -> discord.abc.Messageable:
        return await self._client.create_dm(discord.Object(address.user_id))

    async def _once(self, channel: discord.abc.Messageable, address: Address, content: Content) -> discord.Message:
        found = await self._find(channel, address.number)
        if found is not None:
            return await _edit(found, content)
        return await channel.send(
            content.text,
            embed=content.embed or MISSING,
            files=content.uploads(),
            view=content.view or MISSING,
            nonce=f"cadenza-{address.number}",
        )

    async def _find(self, channel: discord.abc.Messageable, number: int) -> discord.Message | None:
        """Our own message with that piece's number among the newest; None where we may not look."""
        try:
            return await find_own(
                self._client,
                channel,
                lambda message: number in map(number_in, custom_ids(message)),
                look_back=_LOOK_BACK,
            )
        except discord.Forbidden:
            return None


def closes_way(error: discord.HTTPException) -> bool:
    """Whether a refusal is final, so that another way to the person is to be tried.

    All are but those that pass, those that smaller files overcome, and that of a message which is gone.
    """
    return not (is_passing(error) or is_too_large(error) or error.code == UNKNOWN_MESSAGE)


async def _edit(message: discord.Message | discord.PartialMessage, content: Content) -> discord.Message:
    edited = await message.edit(**content.edit())
    assert edited is not None
    return edited
