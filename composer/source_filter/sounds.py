"""The networks that play instruments: which are there, and which plays what."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from composer.errors import ModelError
from composer.source_filter.network import SoundNetwork, load, read_card

FOLDER = Path(__file__).parent
"""Where the networks lie that come with Cadenza."""

SUFFIX = ".sound.onnx"
"""End of the names of their files, which tells them from models in one folder with these."""

log = logging.getLogger(__name__)


def files(folder: Path | None = None) -> list[Path]:
    """The files of networks that play instruments: those that come with Cadenza, then those of a folder."""
    folders = (FOLDER,) if folder is None else (FOLDER, folder)
    return [path for one in folders for path in sorted(one.glob(f"*{SUFFIX}"))]


def by_program(folder: Path | None = None) -> dict[int, Path]:
    """The file that plays each General MIDI program, where one does.

    A file that cannot be used is left out, and the log says why.

    Args:
        folder: Networks that go before those that come with Cadenza.
    """
    found: dict[int, Path] = {}
    for path in files(folder):
        try:
            found |= dict.fromkeys(_programs(path, path.stat().st_mtime_ns), path)
        except (ModelError, OSError) as error:
            log.warning("%s", error)
    return found


@lru_cache(maxsize=64)
def _programs(path: Path, _changed: int) -> tuple[int, ...]:
    """What a file plays, as long as it stays as it is."""
    return read_card(path).programs


def load_sound(path: Path) -> SoundNetwork:
    """A network that stays in memory, as long as its file stays as it is.

    Raises:
        ModelError: If it is missing, damaged, or another kind of file.
    """
    return _loaded(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=8)
def _loaded(path: Path, _changed: int) -> SoundNetwork:
    return load(path)
