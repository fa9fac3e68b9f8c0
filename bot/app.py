"""Everything that stands between the settings and Discord, opened in order and closed in reverse."""

from __future__ import annotations

import fcntl
import secrets
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import clock
from bot.errors import SettingsError, UnknownModel
from bot.monitoring.health import Health, open_health
from bot.pipeline.delivery_retries import DeliveryRetries
from bot.pipeline.estimates import Speeds
from bot.pipeline.local_composer import LocalComposer
from bot.pipeline.model_catalogue import ModelCatalogue
from bot.pipeline.orders import OrderService
from bot.pipeline.production import PieceProducer
from bot.pipeline.scheduler import Scheduler
from bot.retraining.manager import TrainingManager
from bot.retraining.trainer_process import TrainerProcess
from bot.storage.files.private_files import make_private_folder
from bot.storage.store import Store, open_store
from composer.audio.synthesis import find_soundfont

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.domain.composer_port import Composer
    from bot.settings import Settings

LOCK = "cadenza.lock"


@dataclass(frozen=True, slots=True)
class App:
    """What the Discord side is handed.

    Attributes:
        settings: The operator's.
        store: All that is remembered.
        catalogue: The installed models.
        studio: Makes the pieces; the Discord side starts and stops it.
        desk: Takes orders and hands out files.
        health: Is told how the gateway fares.
        retraining: Trains the next models.
    """

    settings: Settings
    store: Store
    catalogue: ModelCatalogue
    studio: Scheduler
    desk: OrderService
    health: Health
    retraining: TrainingManager


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[App]:
    """Open everything but Discord.

    Raises:
        SettingsError: The data folder, database or port cannot be used.
        MachineError: No models or no soundfont are installed.
    """
    soundfont = find_soundfont(settings.soundfont)
    async with open_health(settings) as health:
        with only_one(settings.data_dir):
            async with open_store(settings.database_path) as store:
                speeds = Speeds()
                catalogue = ModelCatalogue(
                    settings.models_dir, store.models, speeds, learned_folder=settings.learned_folder
                )
                await catalogue.refresh()
                _check_default(catalogue, settings.default_model)
                # One thread more than workers, so that an old piece is rendered while new ones are composed.
                local = LocalComposer(catalogue.models, soundfont=soundfont, threads=settings.threads + 1)
                with closing(local):
                    yield wired(settings, store, catalogue, health, speeds, local)


def _check_default(catalogue: ModelCatalogue, name: str) -> None:
    try:
        catalogue.card(name)
    except UnknownModel as error:
        known = ", ".join(error.known) or "none"
        raise SettingsError(f"CADENZA_DEFAULT_MODEL: no model {name}; installed: {known}") from error


def wired(
    settings: Settings,
    store: Store,
    catalogue: ModelCatalogue,
    health: Health,
    speeds: Speeds,
    composer: Composer,
    *,
    trainer: TrainerProcess | None = None,
) -> App:
    """Connect what is open, around whichever composer and trainer; the trainer that comes with Cadenza otherwise."""
    maker = PieceProducer(store.generations, composer, health, speeds, lease=secrets.token_hex(8))
    deliveries = DeliveryRetries(store.generations, health, clock.now)
    studio = Scheduler(
        store.generations, maker, deliveries, health, speeds, workers=settings.threads, deadline=settings.deadline
    )
    desk = OrderService(settings, store, catalogue, studio, maker, composer)
    trainer = trainer or TrainerProcess(megabytes=settings.training_memory)
    retraining = TrainingManager(settings, store, catalogue, trainer)
    return App(settings, store, catalogue, studio, desk, health, retraining)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep a second bot off the same data: it would take the first one's pieces for left behind.

    Raises:
        SettingsError: Another one runs, or the folder cannot be used.
    """
    try:
        make_private_folder(folder)
        file = (folder / LOCK).open("wb")
    except OSError as error:
        raise SettingsError(f"CADENZA_DATA_DIR: cannot use {folder}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"CADENZA_DATA_DIR: another bot runs on {folder}; stop it first") from None
        yield
