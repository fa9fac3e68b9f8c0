"""The stand-in itself: started, asked, and stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from aiohttp import web

from bot.standin.people import People
from bot.standin.rest.http_server import API, GATEWAY, application
from bot.standin.state import State
from bot.standin.world import (
    ADMINISTRATOR,
    LEAST_FOR_THE_BOT,
    MANAGE_MESSAGES,
    OF_A_MEMBER,
    VOICE_CHANNEL,
    Channel,
    Guild,
    Person,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.standin.faults import Faults, Recorded
    from bot.standin.gateway import Gateway
    from bot.standin.world import Message

T = TypeVar("T")

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.stand.in-for-a-token"  # noqa: S105 - it opens nothing
"""A token in the shape of Discord's."""


class VoiceChannels(Protocol):
    """Voice channels, which need packages of their own."""

    async def start(self, state: State) -> None:
        """Listen, and answer the bot that wants into one."""

    async def stop(self) -> None:
        """Hang up."""


class StandIn(People):
    """Discord on loopback.

    Attributes:
        state: All that it knows.
    """

    def __init__(self, *, port: int = 0, voice: VoiceChannels | None = None) -> None:
        """Listen to nobody yet.

        Args:
            port: On loopback; any that is free for 0.
            voice: Voice channels, `bot.standin.voice.rooms.VoiceRooms`; without, nobody answers who wants into one.
        """
        self.state = State(TOKEN)
        self._voice = voice
        self.app = application(self.state)
        self._runner = web.AppRunner(self.app, shutdown_timeout=0.1)
        self._port = port

    async def __aenter__(self) -> Self:
        """Listen on loopback."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.state.base = f"http://{host}:{port}"
        self.state.gateway.url = f"ws://{host}:{port}{GATEWAY}"
        if self._voice is not None:
            await self._voice.start(self.state)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop, whatever still waits."""
        self.state.faults.clear()
        if self._voice is not None:
            await self._voice.stop()
        await self._runner.cleanup()

    @property
    def api_base(self) -> str:
        """DISCORD_API_BASE."""
        return self.state.base + API

    @property
    def gateway_url(self) -> str:
        """DISCORD_GATEWAY_URL."""
        return self.state.gateway.url

    @property
    def token(self) -> str:
        """DISCORD_TOKEN."""
        return self.state.token

    @property
    def gateway(self) -> Gateway:
        return self.state.gateway

    @property
    def faults(self) -> Faults:
        return self.state.faults

    @property
    def requests(self) -> list[Recorded]:
        return self.state.requests

    @property
    def violations(self) -> list[str]:
        """What the bot did that Discord would not have taken; a good test ends with none."""
        return self.state.violations

    def add_person(self, name: str, *, locale: str = "en-US", bot: bool = False) -> Person:
        """Somebody new."""
        person = Person(name, bot=bot, locale=locale)
        self.state.people.append(person)
        return person

    def add_guild(
        self,
        name: str = "Conservatory",
        *,
        channels: tuple[str, ...] = ("general",),
        voice_channels: tuple[str, ...] = (),
        owner: Person | None = None,
        bot_permissions: int = LEAST_FOR_THE_BOT,
        installed: bool = True,
        locale: str = "en-US",
    ) -> Guild:
        """A new server; the bot knows those that are there when it comes."""
        guild = Guild(name, owner or self.state.owner, locale=locale)
        guild.bot_permissions, guild.installed = bot_permissions, installed
        guild.channels = [Channel(each, guild) for each in channels]
        guild.channels += [Channel(each, guild, kind=VOICE_CHANNEL) for each in voice_channels]
        self.state.guilds.append(guild)
        return guild

    def join(self, guild: Guild, person: Person, permissions: int = OF_A_MEMBER) -> None:
        """Let somebody into a server."""
        guild.members[person] = permissions

    def may_moderate(self, person: Person, channel: Channel) -> bool:
        """Whether somebody may delete what others wrote."""
        guild = channel.guild
        return guild is not None and bool(guild.members.get(person, 0) & (ADMINISTRATOR | MANAGE_MESSAGES))

    def direct(self, person: Person) -> Channel:
        """The direct messages between the bot and somebody."""
        return self.state.direct(person)

    async def ready(self, *, seconds: float = 120) -> None:
        """Wait until a bot is connected, knows its guilds and has registered its commands."""
        await self.until(
            lambda: self.gateway.connected and bool(self.state.commands), "a bot that is ready", seconds=seconds
        )

    async def until(self, happened: Callable[[], T], what: str = "it", *, seconds: float = 120) -> T:
        """Wait until `happened` is true; it is asked again whenever something changes here.

        Raises:
            TimeoutError: If it never is.
        """
        return await self.state.changes.until(happened, what, seconds=seconds)

    def messages(self, channel: Channel) -> list[Message]:
        """What stands in a channel, oldest first."""
        return sorted(channel.messages.values(), key=lambda each: each.id)

    def sent(self, method: str, ending: str = "") -> list[Recorded]:
        """The bot's requests of a method whose path ends so."""
        return [each for each in self.requests if each.method == method and each.path.endswith(ending)]
