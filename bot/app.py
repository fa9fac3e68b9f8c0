"""Everything that stands between the settings and Discord, opened in order and closed in reverse."""

from __future__ import annotations

import fcntl
import secrets
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import clock
from bot.catalogue import Catalogue
from bot.composing import LocalComposer
from bot.deliveries import Deliveries
from bot.desk import Desk
from bot.errors import SettingsError, UnknownModel
from bot.estimates import Speeds
from bot.health import Health, open_health
from bot.making import Maker
from bot.retraining.retraining import Retraining
from bot.retraining.trainer import Trainer
from bot.storage.store import Store, open_store
from bot.studio import Studio
from composer.render import find_soundfont

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.composing import Composer
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
    catalogue: Catalogue
    studio: Studio
    desk: Desk
    health: Health
    retraining: Retraining


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
                catalogue = Catalogue(settings.models_dir, store.models, speeds, learned_folder=settings.learned_folder)
                await catalogue.refresh()
                _check_default(catalogue, settings.default_model)
                # One thread more than workers, so that an old piece is rendered while new ones are composed.
                local = LocalComposer(catalogue, soundfont=soundfont, threads=settings.threads + 1)
                with closing(local):
                    yield wired(settings, store, catalogue, health, speeds, local)


def _check_default(catalogue: Catalogue, name: str) -> None:
    try:
        catalogue.card(name)
    except UnknownModel as error:
        known = ", ".join(error.known) or "none"
        raise SettingsError(f"CADENZA_DEFAULT_MODEL: no model {name}; installed: {known}") from error


def wired(
    settings: Settings,
    store: Store,
    catalogue: Catalogue,
    health: Health,
    speeds: Speeds,
    composer: Composer,
    *,
    trainer: Trainer | None = None,
) -> App:
    """Connect what is open, around whichever composer and trainer; the trainer that comes with Cadenza otherwise."""
    maker = Maker(store.generations, composer, health, speeds, lease=secrets.token_hex(8))
    deliveries = Deliveries(store.generations, health, clock.now)
    studio = Studio(
        store.generations, maker, deliveries, health, speeds, workers=settings.threads, deadline=settings.deadline
    )
    desk = Desk(settings, store, catalogue, studio, maker, composer)
    trainer = trainer or Trainer(megabytes=settings.training_memory)
    retraining = Retraining(settings, store, catalogue, trainer)
    return App(settings, store, catalogue, studio, desk, health, retraining)


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep a second bot off the same data: it would take the first one's pieces for left behind.

    Raises:
        SettingsError: Another one runs, or the folder cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("wb")
    except OSError as error:
        raise SettingsError(f"CADENZA_DATA_DIR: cannot use {folder}: {error.strerror}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"CADENZA_DATA_DIR: another bot runs on {folder}; stop it first") from None
        yield
