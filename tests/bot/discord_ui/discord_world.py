"""A server with people and the whole bot in it: all parts are real but Discord, and the composer is scripted."""

from __future__ import annotations

import asyncio
import dataclasses
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import simcord
from simcord._runtime import _BOT_SCOPE, _CLOCK_SCOPE
from simcord.components import walk_components

from bot.app import connect_parts
from bot.discord_ui.battles.battle_board import BattleBoard
from bot.discord_ui.battles.daily_battles import DailyBattles
from bot.discord_ui.client import Cadenza
from bot.discord_ui.cogs import all_cogs
from bot.discord_ui.delivery.courier import Courier
from bot.discord_ui.delivery.family import Family
from bot.discord_ui.reaction_sync import ReactionSync
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.training_messages import TrainingMessages
from bot.domain.generation import THERE, Music
from bot.errors import Refusal
from bot.monitoring.health import Health
from bot.pipeline.estimates import Speeds
from bot.pipeline.model_catalogue import ModelCatalogue
from bot.settings import Settings
from composer.errors import RenderError
from composer.models import loading
from composer.models.learned_preferences import NONE
from composer.reading.understanding import understand
from composer.rendering import Rendition
from composer.sheet_music.sheet import SheetMusic
from tests.bot.builders import SetClock
from tests.bot.databases import database_at, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from bot.retraining.trainer_process import TrainerProcess

PATIENCE = 20.0
"""Seconds that something may take on a busy machine."""


class InstantComposer:
    """Composes what it is told, bar by bar; `open` lets it go on."""

    def __init__(self):
        self.open = asyncio.Event()
        self.open.set()
        self.failing = False
        self.begun = []
        self.engraved = 0
        self.too_long = False
        self.themes = []
        self.liked = []

    async def compose(self, options, progress, *, theme=None, liked=NONE):
        self.begun.append(options)
        self.liked.append(liked)
        self.themes.append(theme)
        progress(9, 24)
        await self.open.wait()
        if self.failing:
            raise RuntimeError("the strings broke")
        return Music(
            midi=f"midi {options.seed}".encode(),
            tokens=(1, 2, 3),
            title="Nocturne in E flat major",
            chosen_key="E flat major",
            chosen_metre="3/4",
            beats_per_minute=72.0,
            bars=24,
            measures={},
            seconds_spent={"sample": 2.0},
        )

    async def understand(self, data):
        return understand(data)

    async def draw(self, music, title):
        return f"png of {len(music.score.notes)} notes: {title}".encode()

    async def render(self, music, sheet):
        return Rendition(b"mp3 " + music, b"png " + sheet.caption.encode(), music, {"render": 1.0})

    async def sound(self, _music, sheet):
        return bytes(round(sheet.seconds * 48_000) * 4)

    async def smaller(self, music, _sheet, most_bytes):
        return music[:most_bytes]

    async def sheet_music(self, midi, *, title, remark, whole):
        self.engraved += 1
        if self.too_long:
            raise RenderError("too many pages")
        pages, pdf = ((b"page 2", b"page 3"), b"pdf") if whole else ((), b"")
        return SheetMusic(
            (b"page 1 of " + midi, *pages), 3, pdf, f"{title}{remark}".encode(), ("Eb: I | V7 c: i", "", "")
        )


class Apart:
    """A scheduler, or a training, whose work simcord does not wait for: workers wait for orders, and are never done."""

    def __init__(self, worker):
        self._worker = worker
        self.env = None

    async def start(self, audience):
        with self._scope():
            await self._worker.start(audience)

    async def begin(self, wanted):
        with self._scope():
            return await self._worker.begin(wanted)

    @contextmanager
    def _scope(self):
        bot, clock = _BOT_SCOPE.set(None), _CLOCK_SCOPE.set(self.env)
        try:
            yield
        finally:
            _BOT_SCOPE.reset(bot)
            _CLOCK_SCOPE.reset(clock)

    def __getattr__(self, name):
        return getattr(self._worker, name)


class DiscordWorld:
    """What a test sees."""

    def __init__(self, env, app, composer):
        self.env = env
        self.app = app
        self.composer = composer
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("music")
        self.ann = self.person("ann")
        self.bob = self.person("bob")

    def person(self, name, **roles: Any):
        return self.guild.add_member(self.env.create_user(name), **roles)

    async def composed(self, person=None, channel=None, **options):
        """A piece that was asked for and delivered; gives its generation."""
        await (person or self.ann).slash(channel or self.channel, "compose", **options)
        return await self.delivered(await self.newest())

    async def newest(self):
        """The number of the piece that was accepted last."""
        number = 0
        while await self.app.store.generations.get(number + 1) is not None:
            number += 1
        return number

    async def delivered(self, number):
        return await self.until(lambda generation: generation.state in THERE, number)

    async def until(self, wanted, number):
        """The generation once it is as wanted."""
        async with asyncio.timeout(PATIENCE):
            while True:
                generation = await self.app.store.generations.get(number)
                if generation is not None and wanted(generation):
                    await self.env.bot.courier.close()
                    await self.env.settle()
                    return generation
                await asyncio.sleep(0)

    def message(self, generation):
        """The message that bears a generation's result."""
        return next(message for message in self.channel.history() if message.id == generation.message_id)

    def mention(self, *names):
        """A command as sentences mention it, to be clicked."""
        return f"</{' '.join(names)}:{self.env.backend.commands[None][names[0], 1]['id']}>"

    def say(self, language):
        """Let people speak a language."""
        self.tell(locale=language)

    def tell(self, **facts: Any):
        """Let Discord tell these facts with everything that people do."""
        emit = self.env.backend.emit

        def telling(event, payload):
            if event == "INTERACTION_CREATE":
                payload.update(facts)
            emit(event, payload)

        self.env.backend.emit = telling


SHIPPED = loading.find("wavenet").identity.version
"""Version of the model of that name that comes with Cadenza."""

DEFAULT = loading.find(Settings.model_fields["default_model"].default).identity
"""Identity of the model that composes where nobody names one."""


@asynccontextmanager
async def open_discord_world(folder: Path, *, trainer: TrainerProcess | None = None, **settings: Any):
    """The whole bot on the database in `folder`; whatever it did not foresee fails the test."""
    composer = InstantComposer()
    chosen = Settings(data_dir=folder, workers=1, **settings)
    async with open_store(chosen.database_path) as store:
        catalogue = ModelCatalogue(chosen.models_dir, store.models, Speeds(), learned_folder=chosen.learned_folder)
        await catalogue.refresh()
        app = connect_parts(
            chosen, database_at(chosen.database_path), store, catalogue, Health(), composer, trainer=trainer
        )
        scheduler: Any = Apart(app.scheduler)
        retraining: Any = Apart(app.retraining)
        app = dataclasses.replace(app, scheduler=scheduler, retraining=retraining)
        running = simcord.run(hurried(app), settle_timeout=PATIENCE, check_errors=False)
        # They start before simcord gives it away.
        scheduler.env = retraining.env = running._env  # noqa: SLF001
        async with running as env:
            yield DiscordWorld(env, app, composer)
            composer.open.set()
            await app.retraining.stop()
            await app.scheduler.stop()
            check(env.errors)


def hurried(app):
    """A client that does not pause between two edits, or two messages that it reads back."""

    async def at_once(_seconds):
        await asyncio.sleep(0)

    async def add_cogs(client):
        await all_cogs.add_all(client)
        client.get_cog("RatingsCog").reaction_sync = ReactionSync(client, pause=at_once)

    client = Cadenza(app, add_cogs)
    by_buttons = client.courier._seeds._by_buttons  # noqa: SLF001 - what it was made with
    client.courier = Courier(
        client,
        app.orders,
        Family(app.store.generations, app.store.relatives),
        client.menu,
        by_buttons=by_buttons,
        pause=at_once,
    )
    client.battle_board = BattleBoard(client, app.store, pause=at_once)
    # No battle of the day begins by itself: for this one it is always noon, which is too early.
    client.daily_battles = DailyBattles(client, app, clock=SetClock())
    client.training_messages = TrainingMessages(client, app.store.runs, pause=at_once)
    return client


def check(errors):
    """Refusals are answers; nothing else may be raised."""
    for error in errors:
        cause = getattr(error, "original", error)
        if not isinstance(cause, RefusalError | Refusal):
            raise cause


def components(message):
    """All components of a message, of either version."""
    return list(walk_components([part if isinstance(part, dict) else part.to_dict() for part in message.components]))


def buttons(message):
    """The buttons under a message, or in it: label and custom id."""
    return {part["custom_id"]: part for part in components(message) if part["type"] == 2}


def listed(message):
    """Title, rows and note of a list."""
    return [part["content"] for part in components(message) if part["type"] == 10]


def filled_in(opened):
    """The fields of a form that was opened, by custom id, as they are handed in where nobody changes them."""
    fields = {label["component"]["custom_id"]: label["component"] for label in opened.modal["components"]}
    return {
        name: [chosen["value"] for chosen in field["options"] if chosen.get("default")]
        if "options" in field
        else field.get("value", "")
        for name, field in fields.items()
    }
