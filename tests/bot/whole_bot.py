"""The whole bot in the test's own event loop, with real discord.py, wired to a stand-in."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from types import CoroutineType
from typing import TYPE_CHECKING, Any

import structlog

import bot
from bot.app import App, open_app
from bot.discord_ui.cogs import all_cogs
from bot.discord_ui.connection import run
from bot.settings import Settings
from bot.standin.server import StandIn
from bot.standin.world import CONNECT, SPEAK, STAGE_CHANNEL, VOICE_CHANNEL, Channel
from tests.bot import tiny_model

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from structlog.typing import EventDict

    from bot.discord_ui.client import Cadenza
    from bot.standin.voice.rooms import VoiceRooms
    from bot.standin.world import Guild, Interaction, Message, Person

_BOT = Path(bot.__file__).parent

SHORT = {"length": 5, "seed": 1}
"""Options of a piece that is composed in a blink."""


class WholeBot:
    """A stand-in with a guild and people, and the bot, which can be stopped and started.

    Attributes:
        discord: Stand-in for Discord.
        anna, ben: People.
        app: Parts of the bot that runs now.
        client: Its client.
        said: Events that it logged.
    """

    app: App
    client: Cadenza

    def __init__(self, stand_in: StandIn, folder: Path, settings: dict[str, Any]) -> None:
        self.discord = stand_in
        self.guild: Guild = stand_in.add_guild()
        if settings.get("voice"):
            self.guild.channels += [
                Channel("lounge", self.guild, kind=VOICE_CHANNEL),
                Channel("library", self.guild, kind=VOICE_CHANNEL, denied=SPEAK),
                Channel("stage", self.guild, kind=STAGE_CHANNEL),
            ]
            self.guild.bot_permissions |= CONNECT | SPEAK
        self.anna: Person = stand_in.add_person("anna")
        self.ben: Person = stand_in.add_person("ben")
        self._folder = folder
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._running: AsyncExitStack | None = None
        self.said: list[EventDict] = []

    @property
    def channel(self) -> Channel:
        """The guild's first."""
        return self.guild.channel

    async def start(self) -> None:
        """Start the bot and wait until it is connected."""
        since = len(self.said)
        async with AsyncExitStack() as stack:
            stack.callback(structlog.reset_defaults)
            structlog.configure(processors=[self._hear])
            self.app = await stack.enter_async_context(open_app(self._own_settings()))
            stop = asyncio.Event()
            running = asyncio.create_task(run(self.app, stop, add_cogs=self._add_cogs))
            stack.push_async_callback(_end, running, stop)
            running.add_done_callback(lambda _: self.discord.state.changes.tell())
            await self.discord.until(
                lambda: running.done() or self.heard("scheduler started", since=since), "the scheduler"
            )
            self._running = stack.pop_all()

    async def _add_cogs(self, client: Cadenza) -> None:
        self.client = client
        await all_cogs.add_all(client)

    async def stop(self) -> None:
        """Stop the bot as SIGTERM does."""
        if self._running is not None:
            running, self._running = self._running, None
            await running.aclose()
            # Whoever still works then uses a database that is closed.
            assert at_work() == []

    def use(self, **settings: Any) -> None:
        """Start with other settings next time."""
        self._settings |= settings

    async def restart(self) -> None:
        """Stop it and start it again."""
        await self.stop()
        await self.start()

    def _hear(self, _logger: object, _level: str, event: EventDict) -> EventDict:
        """Keep what is logged, in whatever thread, and go no further with it."""
        self.said.append(event)
        self._loop.call_soon_threadsafe(self.discord.state.changes.tell)
        raise structlog.DropEvent

    def heard(self, event: str, *, since: int = 0) -> bool:
        """Whether such an event was logged."""
        return any(each["event"] == event for each in self.said[since:])

    async def hears(self, event: str, *, since: int = 0) -> None:
        """Wait until such an event is logged, from entry `since` on."""
        await self.discord.until(lambda: self.heard(event, since=since), f"the log to say {event!r}")

    async def settled(self) -> None:
        """Wait until the bot has heard and worked in all that happened so far."""
        await self.discord.gateway.beat()
        await asyncio.gather(*handlers(), return_exceptions=True)

    async def compose(self, *, user: Person | None = None, **options: Any) -> Interaction:
        """Ask for a piece, a short one unless told otherwise."""
        who = user or self.anna
        return await self.discord.slash("compose", user=who, channel=self.channel, options={**SHORT, **options})

    async def compose_to_rate(self) -> Message:
        """The message of a new piece, with the three reactions under it that people vote by, once it is noted."""
        before = len(self.said)
        await self.compose()
        message = await self.delivered()
        await self.discord.until(lambda: len(message.reactions) == 3, "three reactions")
        # The reactions may be there sooner, and whoever reads them back then knows no such message.
        await self.hears("delivered", since=before)
        return message

    async def delivered(self, channel: Channel | None = None, *, count: int = 1) -> Message:
        """The newest message with sound, once there are so many."""

        def sounding() -> list[Message]:
            messages = self.discord.messages(channel or self.channel)
            return [each for each in messages if any(file.filename.endswith(".mp3") for file in each.attachments)]

        found = await self.discord.until(lambda: len(sounding()) >= count and sounding(), f"{count} pieces")
        assert isinstance(found, list)
        return found[-1]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database holds."""
        with closing(sqlite3.connect(self._folder / "data" / "cadenza.sqlite3", timeout=10)) as database:
            return database.execute(query, values).fetchall()

    def _own_settings(self) -> Settings:
        values: dict[str, Any] = {
            "_env_file": None,  # a developer's own .env is not for tests
            "discord_token": self.discord.token,
            "discord_api_base": self.discord.api_base,
            "discord_gateway_url": self.discord.gateway_url,
            "data_dir": self._folder / "data",
            "models_dir": self._folder / "models",
            "default_model": "tiny",
        }
        return Settings(**values, **self._settings)


def handlers() -> list[asyncio.Task[Any]]:
    """Tasks in which discord.py has the bot handle events."""
    return [task for task in asyncio.all_tasks() if task.get_name().startswith(("discord.py: ", "discord-ui-"))]


def at_work() -> list[asyncio.Task[Any]]:
    """Tasks in which the bot does something; none once it has ended."""
    return [*filter(_is_of_bot, asyncio.all_tasks()), *handlers()]


def _is_of_bot(task: asyncio.Task[Any]) -> bool:
    begun = task.get_coro()
    path = begun.cr_code.co_filename if isinstance(begun, CoroutineType) else ""
    return path.startswith(str(_BOT)) and not path.startswith(str(_BOT / "standin"))


async def _end(running: asyncio.Task[None], stop: asyncio.Event) -> None:
    stop.set()
    await running


@asynccontextmanager
async def open_whole_bot(folder: Path, *, rooms: VoiceRooms | None = None, **settings: Any) -> AsyncIterator[WholeBot]:
    """A stand-in and a bot that is connected to it; at the end, nothing was done that Discord would not have taken.

    Args:
        folder: For the bot's data.
        rooms: Voice channels, where the bot is to play.
        settings: Settings of the bot.
    """
    tiny_model.install(folder / "models")
    async with StandIn(voice=rooms) as stand_in:
        here = WholeBot(stand_in, folder, settings)
        try:
            await here.start()
            yield here
        finally:
            await here.stop()
        assert not stand_in.violations, stand_in.violations
        assert undescribed(stand_in) == []


def undescribed(stand_in: StandIn) -> list[str]:
    """Files that the bot posted without a word on what they are, for people who cannot see or hear them."""
    state = stand_in.state
    direct = [state.direct(person) for person in state.people]
    channels = [*(channel for guild in state.guilds for channel in guild.channels), *direct]
    messages = [each for channel in channels for each in channel.messages.values() if each.author is state.bot]
    return [file.filename for each in messages for file in each.attachments if not file.description]
