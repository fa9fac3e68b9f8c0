"""The process that is a worker, from its start to the signal that ends it."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
from contextlib import closing
from typing import TYPE_CHECKING

import structlog

from bot import machine
from bot.errors import SettingsError, TemporaryTrouble
from bot.fleet.fetched_models import FetchedModels
from bot.fleet.piece_maker import PieceMaker
from bot.fleet.shared_clock import SharedClock
from bot.fleet.shared_lease import SharedLease
from bot.fleet.worker import Terms, Worker
from bot.monitoring.health import Health
from bot.storage.database import open_database
from bot.storage.dialects.choosing import choose_dialect
from bot.storage.dialects.faults import is_passing
from bot.storage.dialects.postgresql import PostgresServer
from bot.storage.migration import check_newest
from bot.storage.store import Store
from bot.worker.loaded_engines import LoadedEngines
from bot.worker.local_composer import WORKERS_NICENESS, LocalComposer
from composer.audio import sound_folders
from composer.audio.synthesis import find_soundfont, find_synthesizer
from composer.errors import MachineError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings

log = structlog.stdlib.get_logger(__name__)

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def serve(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT.

    Returns:
        0 after an orderly end.

    Raises:
        SettingsError: There is no address of a server, it refuses, or its tables are newer than this program.
        TemporaryTrouble: The server is away, or no bot has made its tables yet.
    """
    server = choose_dialect(settings)
    if not isinstance(server, PostgresServer):
        raise SettingsError("CADENZA_DATABASE_URL: a worker needs the address of the server that its bot uses")
    await asyncio.to_thread(check_newest, server)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    try:
        await _work(settings, server, stop)
    except Exception as error:
        if is_passing(error):
            raise TemporaryTrouble(f"the database cannot be used now: {getattr(error, 'orig', error)}") from error
        raise
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
    log.info("stopped")
    return 0


async def _work(settings: Settings, server: PostgresServer, stop: asyncio.Event) -> None:
    sound_folders.clear_left_behind()
    engines, clock, soundfont = LoadedEngines(), SharedClock(), _soundfont(settings)
    # The soundfont's path stands for none where there is none: then nothing is rendered here.
    local = LocalComposer(
        engines,
        soundfont=soundfont or settings.data_dir,
        networks=settings.models_dir,
        threads=settings.threads,
        renders=machine.renders_at_once(),
        niceness=WORKERS_NICENESS,
    )
    name = secrets.token_hex(8)
    async with open_database(server) as database:
        store = Store(database, clock)
        lease = SharedLease(store.preferences, settings.lease)
        maker = PieceMaker(store, local, Health(), name=name, lease=lease, renders=soundfont is not None)
        models = FetchedModels(
            store.model_files, engines, folder=settings.fetched_folder, own_folder=settings.models_dir
        )
        terms = Terms(name=name, host=socket.gethostname(), threads=settings.threads, lease=lease)
        worker = Worker(server, store, engines, models, maker, clock, terms)
        with closing(local):
            await worker.work(stop)


def _soundfont(settings: Settings) -> Path | None:
    """What plays the music; None where something of it is missing."""
    try:
        find_synthesizer()
        return find_soundfont(settings.soundfont)
    except MachineError as error:
        log.warning("pieces are handed over without sound, which their bot makes", reason=str(error))
        return None
