"""Checks of all that the bot needs, each told in a line."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from bot.doctor.discord_checks import examine_discord
from bot.doctor.finding import Finding, counted, ill, well
from bot.doctor.server_check import examine_server
from bot.doctor.voice_check import examine_voice
from bot.errors import SettingsError
from bot.monitoring.disk import ENOUGH_DISK
from bot.storage.dialects.choosing import choose_dialect
from bot.storage.dialects.faults import PRIMARY
from bot.storage.files.private_files import make_private_folder
from bot.storage.migration import versions
from bot.storage.tables import metadata
from composer import engines
from composer.audio.synthesis import find_soundfont, find_synthesizer
from composer.errors import ComposerError, ModelError, spell_command
from composer.models import loading
from composer.source_filter import sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bot.settings import Settings
    from composer.models.identity import Identity


_RESTORE = f"put a backup in its place: {spell_command('bot restore FILE')}"
_PATIENCE = 1.0
"""Seconds to wait for a database that another program has locked."""

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


async def examine(settings: Settings) -> list[Finding]:
    """Check this machine, then what Discord says."""
    local = [
        await asyncio.to_thread(_guarded, check, settings)
        for check in (_sound, _models, _disk, _database, _contact, examine_voice)
    ]
    return local + await examine_discord(settings)


def _guarded(check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    try:
        return check(settings)
    except (ComposerError, SettingsError) as error:
        return ill(check.__name__.removeprefix("_"), str(error))


def _sound(settings: Settings) -> Finding:
    find_synthesizer()
    played = [sounds.load_sound(path).card.name for path in sounds.files(settings.models_dir)]
    return well("sound", f"FluidSynth with {find_soundfont(settings.soundfont)}; networks play {', '.join(played)}")


def _models(settings: Settings) -> Finding:
    engines.find(settings.default_model, settings.models_dir).load()
    noted = _noted_digests(settings)
    # Read one by one, since a list of what is installed leaves out what is damaged.
    shipped = [_read_whole(path, noted) for path in _model_files(settings.models_dir or loading.FOLDER)]
    trained = [_read_whole(path, noted) for path in _model_files(settings.learned_folder)]
    installed = [*(engine.load().identity for engine in engines.built_in()), *shipped]
    installed += [engine.load().identity for engine in engines.in_folder(settings.models_dir) if engine.card is None]
    return well("models", _named(installed) + (f"; trained here: {_named(trained)}" if trained else ""))


def _model_files(folder: Path) -> list[Path]:
    """Model files; what ends in .raw.onnx and the like is of another kind."""
    return sorted(path for path in folder.glob("*.onnx") if len(path.suffixes) == 1)


def _read_whole(path: Path, noted: Mapping[tuple[str, int], str]) -> Identity:
    """Load a model file as the bot does.

    Raises:
        ModelError: It is damaged, called otherwise than it says, or another one than the bot noted.
    """
    card = loading.read_card(path)
    identity = card.identity
    if path.name != card.file_name:
        raise ModelError(f"{path} says that it is {card.file_name}; call it so, or install it anew")
    loading.load(path, sha256=noted.get((identity.name, identity.version)))
    return identity


def _noted_digests(settings: Settings) -> dict[tuple[str, int], str]:
    """SHA-256 of each model file as the bot saw it last, by name and version; nothing where no database tells."""
    if not settings.database_path.is_file():
        return {}
    try:
        with closing(_opened(settings.database_path)) as connection:
            rows = connection.execute("SELECT name, version, sha256 FROM model").fetchall()
    except sqlite3.Error:
        return {}  # the check of the database says why
    return {(name, version): sha256 for name, version, sha256 in rows}


def _named(identities: Sequence[Identity]) -> str:
    ordered = sorted(identities, key=lambda identity: (identity.name, -identity.version))
    return ", ".join(identity.label for identity in ordered)


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
    if settings.database_url is not None:
        return examine_server(choose_dialect(settings))
    return _database_file(settings.database_path)


def _database_file(path: Path) -> Finding:
    if not path.exists():
        return well("database", "none yet; the first start makes it")
    if not path.is_file():
        return ill("database", f"{path} is no file; set CADENZA_DATA_DIR, or move that away")
    try:
        with closing(_opened(path)) as connection:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            (pieces,) = connection.execute("SELECT count(*) FROM generation").fetchone()
            fault = _fault_of_form(connection)
    except sqlite3.Error as error:
        return ill("database", _explained(path, error))
    if answer != "ok":
        return ill("database", f"{path} is damaged: {answer}; {_RESTORE}")
    if fault is not None:
        return ill("database", f"{path} {fault}")
    return well("database", f"{path}, {counted(pieces, 'piece')}")


def _fault_of_form(connection: sqlite3.Connection) -> str | None:
    """Why the bot would not start on a database that can be read, and what to do; None if it would."""
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    if version not in versions():
        return "was written by a newer Cadenza; install that one again"
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    # An older one lacks what the next start adds.
    missing = set(metadata.tables) - there if version == versions()[0] else set()
    return f"is damaged: without {', '.join(sorted(missing))}; {_RESTORE}" if missing else None


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True, timeout=_PATIENCE)


def _explained(path: Path, error: sqlite3.Error) -> str:
    """What to do about an error; only a damaged database is to be given up."""
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY
    if code in _DAMAGE:
        return f"{path} is damaged: {error}; {_RESTORE}"
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"{path} is locked by another program; wait until that has ended"
    if code == sqlite3.SQLITE_ERROR:
        return f"{path} is no database of the bot's: {error}; set CADENZA_DATA_DIR, or move that file away"
    return f"{path} cannot be opened now: {error}; see who may open it, and that its disk has room"


def _contact(settings: Settings) -> Finding:
    """Whom people are told to turn to; the bot runs without, but they then know nobody."""
    if settings.contact is None:
        return well("contact", "nobody is named; with CADENZA_CONTACT, /help would say how people reach you")
    links = [settings.contact, settings.privacy_url, settings.source_url]
    return well("contact", ", ".join(filter(None, links)))
