"""Who may use the data folder: one process at a time."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.errors import SettingsError, TemporaryTrouble
from bot.storage.files.private_files import make_private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = "cadenza.lock"


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep a second bot off the same data: it would take the first one's pieces for left behind.

    Raises:
        TemporaryTrouble: Another one runs.
        SettingsError: The folder cannot be used.
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
            raise TemporaryTrouble(f"CADENZA_DATA_DIR: another bot runs on {folder}; stop it first") from None
        yield
