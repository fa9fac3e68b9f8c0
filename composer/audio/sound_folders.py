"""Temporary folders for sound on its way: 35 MB for a minute, and none of them left where the program was killed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = "cadenza-sound-"
_LOCK = "lock"
_SOON = 3600.0
"""Seconds in which a folder without a lock may yet get one; a moment would do."""


@contextmanager
def sound_folder() -> Iterator[Path]:
    """Make a folder that is gone in the end, and locked until then.

    Raises:
        OSError: If it cannot be made.
    """
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name, (Path(name) / _LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(name)


def clear_left_behind() -> int:
    """Delete the folders of programs that were killed; how many those were."""
    left = [folder for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*") if _is_left_behind(folder)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _is_left_behind(folder: Path) -> bool:
    """Whether nobody holds its lock any more: that ends with a process, however that ends."""
    try:
        with (folder / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return folder.is_dir() and folder.stat().st_mtime < time.time() - _SOON
    except OSError:  # held, or another user's
        return False
    return True
