"""Checks of all that the bot needs, each told in a line."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from bot.doctor.discord_checks import examine_discord
from bot.doctor.finding import Finding, counted, ill, well
from bot.errors import SettingsError
from bot.monitoring.disk import ENOUGH_DISK
from bot.storage.files.private_files import make_private_folder
from composer import engines
from composer.audio.synthesis import find_soundfont
from composer.errors import ComposerError
from composer.models import loading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.settings import Settings
    from composer.models.identity import Identity


async def examine(settings: Settings) -> list[Finding]:
    """Check this machine, then what Discord says."""
    local = [await asyncio.to_thread(_guarded, check, settings) for check in (_sound, _models, _disk, _database)]
    return local + await examine_discord(settings)


def _guarded(check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    try:
        return check(settings)
    except (ComposerError, SettingsError) as error:
        return ill(check.__name__.removeprefix("_"), str(error))


def _sound(settings: Settings) -> Finding:
    soundfont = find_soundfont(settings.soundfont)
    if shutil.which("fluidsynth") is None:
        return ill("sound", "FluidSynth is not installed; apt-get install fluidsynth")
    return well("sound", f"FluidSynth with {soundfont}")


def _models(settings: Settings) -> Finding:
    installed = [engine.identity for engine in engines.installed(settings.models_dir)]
    engines.find(settings.default_model, settings.models_dir).load()
    # Read one by one, since a list of what is installed leaves out what is damaged.
    trained = [loading.read_card(path).identity for path in sorted(settings.learned_folder.glob("*.onnx"))]
    return well("models", _named(installed) + (f"; trained here: {_named(trained)}" if trained else ""))


def _named(identities: Sequence[Identity]) -> str:
    return ", ".join(identity.label for identity in identities)


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir
    try:
        make_private_folder(folder)
        probe = folder / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return ill("disk", f"cannot write to {folder}: {error.strerror}; set CADENZA_DATA_DIR")
    free = shutil.disk_usage(folder).free
    told = f"{folder.absolute()}, {free / 1e9:.1f} GB free"
    return well("disk", told) if free >= ENOUGH_DISK else ill("disk", f"{told}; free some")


def _database(settings: Settings) -> Finding:
    path = settings.database_path
    if not path.is_file():
        return well("database", "none yet; the first start makes it")
    try:
        with closing(sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            (pieces,) = connection.execute("SELECT count(*) FROM generation").fetchone()
    except sqlite3.Error as error:
        return ill("database", f"{path} cannot be used: {error}; put a backup in its place")
    if answer != "ok":
        return ill("database", f"{path} is damaged: {answer}; put a backup in its place")
    return well("database", f"{path}, {counted(pieces, 'piece')}")
