"""Everything that stands between the settings and Discord, opened in order and closed in reverse."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot import clock, machine
from bot.errors import SettingsError, UnknownModel
from bot.fleet.opening import open_fleet
from bot.fleet.showing import show_workers
from bot.monitoring.disk import ENOUGH_DISK, DiskWatch
from bot.monitoring.health import Health, open_health
from bot.pipeline.battles import BattleService
from bot.pipeline.delivery_retries import DeliveryRetries
from bot.pipeline.estimates import Speeds
from bot.pipeline.model_catalogue import ModelCatalogue
from bot.pipeline.orders import OrderService
from bot.pipeline.production import PieceProducer
from bot.pipeline.scheduler import Scheduler
from bot.pipeline.sheets import SheetMusicStand
from bot.pipeline.side_work import SideWork
from bot.pipeline.upkeep import upkeep
from bot.pipeline.voice_sounds import VoiceSounds
from bot.retraining.manager import TrainingManager
from bot.retraining.taste_learning import TasteLearner
from bot.retraining.trainer_process import TrainerProcess
from bot.storage.dialects.choosing import choose_dialect
from bot.storage.files.daily_backup import DailyBackup
from bot.storage.files.lock import only_one
from bot.storage.people.retention import Keep
from bot.storage.store import Store, open_store
from bot.worker.local_composer import LocalComposer
from composer.audio import sound_folders
from composer.audio.synthesis import find_soundfont, find_synthesizer
from composer.files import clear_parts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.domain.composer_port import Composer
    from bot.fleet.fleet import Fleet
    from bot.settings import Settings
    from bot.storage.dialects.dialect import Dialect

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """What the Discord side is handed.

    Attributes:
        settings: Settings of the operator.
        database: Where all that is remembered lies.
        store: Storage of all that is remembered.
        catalogue: Catalogue of the installed models.
        scheduler: Scheduler that has the pieces made; the Discord side starts and stops it.
        orders: Service that takes orders and hands out files.
        battles: Service that begins battles, and knows who wins them.
        sheets: Stand that hands out sheet music.
        voice_sounds: What hands out sound for voice channels.
        side_work: Places and turns of what costs beside composing.
        health: Health, which is told how the gateway fares.
        retraining: Manager that trains the next models.
        fleet: Workers on other machines; None where the database is a file, which they could not reach.
    """

    settings: Settings
    database: Dialect
    store: Store
    catalogue: ModelCatalogue
    scheduler: Scheduler
    orders: OrderService
    battles: BattleService
    sheets: SheetMusicStand
    voice_sounds: VoiceSounds
    side_work: SideWork
    health: Health
    retraining: TrainingManager
    fleet: Fleet | None = None


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[App]:
    """Open everything but Discord.

    Raises:
        SettingsError: The data folder or database cannot be used.
        TemporaryTrouble: Another bot runs here, or something else that will pass.
        MachineError: No models, no FluidSynth or no soundfont are installed.
    """
    find_synthesizer()
    soundfont = find_soundfont(settings.soundfont)
    async with open_health(settings) as health:
        database = choose_dialect(settings)
        with only_one(settings.data_dir):
            await asyncio.to_thread(_clear_left_behind, settings)
            share = settings.share
            async with database.only_one(share) as locks, open_store(database, share=share, locks=locks) as store:
                catalogue = ModelCatalogue(
                    settings.models_dir,
                    store.models,
                    Speeds(),
                    learned_folder=settings.learned_folder,
                    fetched_folder=None if share.is_all else settings.fetched_folder,
                )
                await catalogue.refresh()
                _check_default(catalogue, settings.default_model)
                # One thread more than workers, for the side work.
                local = LocalComposer(
                    catalogue.engines,
                    soundfont=soundfont,
                    networks=settings.models_dir,
                    threads=settings.threads + 1,
                    renders=machine.renders_at_once(),
                )
                async with open_fleet(settings, database, store, catalogue) as fleet:
                    with closing(local):
                        app = connect_parts(settings, database, store, catalogue, health, local, fleet=fleet)
                        async with upkeep(_looks(app), health):
                            yield app


def _clear_left_behind(settings: Settings) -> None:
    """Delete what a run that was killed left half-written: nobody else writes there, or it is locked."""
    folders = sound_folders.clear_left_behind()
    parts = clear_parts(settings.learned_folder)
    if folders or parts:
        log.info("cleared", folders=folders, files=parts)


def _looks(app: App) -> dict[str, Callable[[], Awaitable[None]]]:
    settings = app.settings
    keep = Keep(failed_days=settings.failed_days, audit_days=settings.audit_days)
    looks: dict[str, Callable[[], Awaitable[None]]] = {
        "sweep": app.scheduler.sweep,
        "disk": DiskWatch(settings.data_dir, app.health).look,
    }
    if settings.share.leads:
        looks["retention"] = partial(app.store.retention.work_off, keep)
        looks["tastes"] = TasteLearner(app.store.tastes, app.catalogue, settings.default_model).look
    if not settings.share.is_all:
        # What is decided in another process reaches this one by the rows alone.
        looks["blocklist"] = app.store.blocklist.load
    if app.fleet is not None:
        looks["workers"] = app.fleet.tidy
    if app.database.file is not None:
        daily = DailyBackup(app.database.file, clock.now, keep=settings.backups, leave_free=ENOUGH_DISK)
        looks["backup"] = daily.look
    return looks


def _check_default(catalogue: ModelCatalogue, name: str) -> None:
    try:
        catalogue.engine(name)
    except UnknownModel as error:
        known = ", ".join(error.known) or "none"
        raise SettingsError(f"CADENZA_DEFAULT_MODEL: no model {name}; installed: {known}") from error


def connect_parts(
    settings: Settings,
    database: Dialect,
    store: Store,
    catalogue: ModelCatalogue,
    health: Health,
    composer: Composer,
    *,
    trainer: TrainerProcess | None = None,
    fleet: Fleet | None = None,
) -> App:
    """Connect what is open, around whichever composer and trainer; the trainer that comes with Cadenza otherwise."""
    speeds, threads = catalogue.speeds, settings.threads
    producer = PieceProducer(
        store.generations, composer, health, speeds, at_once=threads, deadline=settings.deadline, elsewhere=fleet
    )
    deliveries = DeliveryRetries(store.generations, health, clock.now, locks=store.locks)
    scheduler = Scheduler(store.generations, producer, deliveries, health, speeds, workers=threads)
    if fleet is not None:
        fleet.on_change(lambda: show_workers(fleet.lines, scheduler, speeds, health, here=threads))
        if not settings.share.is_all:
            fleet.on_queue(scheduler.queue_changed)
    side_work = SideWork(clock.now, at_once=1, places=settings.queue_size, each=settings.on_the_way)
    orders = OrderService(settings, store, catalogue, scheduler, producer, composer, side_work)
    battles = BattleService(database, store, catalogue, scheduler, orders)
    sheets = SheetMusicStand(store.generations, composer, side_work, producer.sheets)
    sounds = VoiceSounds(store.generations, composer, side_work, producer.packets)
    trainer = trainer or TrainerProcess(megabytes=settings.training_memory)
    retraining = TrainingManager(settings, database, store, catalogue, trainer)
    pipeline = (scheduler, orders, battles, sheets, sounds, side_work)
    return App(settings, database, store, catalogue, *pipeline, health, retraining, fleet)
