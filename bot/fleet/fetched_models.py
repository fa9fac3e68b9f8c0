"""The models that came to this machine through the database, in a folder of their own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from composer import engines
from composer.errors import OutputError
from composer.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.storage.workers.model_files import KeptFile, ModelFiles
    from bot.worker.loaded_engines import LoadedEngines

log = structlog.stdlib.get_logger(__name__)


class FetchedModels:
    """Keeps the folder as the database says, and the engines as the folders say."""

    def __init__(self, files: ModelFiles, loaded: LoadedEngines, *, folder: Path, own_folder: Path | None) -> None:
        """Fetch nothing yet.

        Args:
            files: Files in the database.
            loaded: Engines that compose here.
            folder: Folder of what is fetched.
            own_folder: Folder of model files that are here anyway; those that come with Cadenza otherwise.
        """
        self._files = files
        self._loaded = loaded
        self._folder = folder
        self._own_folder = own_folder

    async def fetch(self) -> None:
        """Fetch what is missing, delete what is not kept any more, and look at what is installed now.

        What cannot be fetched is left out, and the log says why: other workers may have it.
        """
        kept = await self._files.kept()
        await asyncio.to_thread(self._look)
        for file in kept:
            key = (file.name, file.version)
            if key not in self._loaded.installed or self._loaded.digest(*key) != file.sha256:
                await fetch_file(self._files, file, self._folder)
        await asyncio.to_thread(delete_all_but, kept, self._folder)
        await asyncio.to_thread(self._look)

    def _look(self) -> None:
        fetched = engines.in_folder(self._folder) if self._folder.is_dir() else []
        found = [*fetched, *engines.built_in(), *engines.in_folder(self._own_folder)]
        right = [each for each in found if (each.path and each.path.name) == each.proper_file_name]
        digests = {(e.identity.name, e.identity.version): e.digest() for e in reversed(right) if e.path is not None}
        self._loaded.install(right, digests=digests)


async def fetch_file(files: ModelFiles, file: KeptFile, folder: Path) -> None:
    """Put a file into a folder, whole or not at all; where that cannot be done, the log says why."""
    data = await files.read(file)
    if data is None:
        log.error("model left out: its parts are not the file that was noted", model=file.name, version=file.version)
        return
    try:
        await asyncio.to_thread(write_atomically, folder / _file_name(file), data)
    except OutputError as error:
        log.error("model left out: it cannot be written", model=file.name, version=file.version, error=str(error))  # noqa: TRY400 - the reason is in the sentence
        return
    log.info("model fetched", model=file.name, version=file.version, bytes=len(data))


def delete_all_but(kept: Iterable[KeptFile], folder: Path) -> bool:
    """Delete what was fetched and is not kept any more; whether there was such. Blocks."""
    names = {_file_name(file) for file in kept}
    gone = [path for path in folder.glob("*.onnx") if path.name not in names]
    for path in gone:
        path.unlink(missing_ok=True)
    return bool(gone)


def _file_name(file: KeptFile) -> str:
    """What a file is called; no name leads out of the folder."""
    return f"{file.name}-v{file.version}.onnx".replace("/", "-").lstrip(".")
