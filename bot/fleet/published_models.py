"""The models of a bot that come with no worker, put where workers find them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from composer.models import loading

if TYPE_CHECKING:
    from pathlib import Path

    from bot.pipeline.model_catalogue import ModelCatalogue
    from bot.storage.workers.model_files import ModelFiles

log = structlog.stdlib.get_logger(__name__)


class ModelPublisher:
    """Puts model files into the database."""

    def __init__(self, files: ModelFiles, catalogue: ModelCatalogue, *, fetched: Path | None) -> None:
        """Publish nothing yet.

        Args:
            files: Files in the database.
            catalogue: Models of this bot.
            fetched: Folder of what came from other bots; None where there are none, and all that is kept is this one's.
        """
        self._files = files
        self._catalogue = catalogue
        self._fetched = fetched
        self._published: set[tuple[str, int]] = set()

    async def publish(self) -> None:
        """Put there what is new, and delete what is not kept any more."""
        engines = self._catalogue.engines
        there = {(file.name, file.version): file.sha256 for file in await self._files.kept()}
        own: set[tuple[str, int]] = set()
        for key, engine in engines.installed.items():
            if engine.path is None or engine.path.parent.resolve() in self._not_own:
                continue
            own.add(key)
            if self._fetched is not None and there.get(key, digest := engines.digest(*key)) != digest:
                # Two bots that put theirs there in turns would never end.
                log.error("model not published: another bot has another file of it", model=key[0], version=key[1])
            elif there.get(key) != engines.digest(*key):
                data = await asyncio.to_thread(engine.path.read_bytes)
                await self._files.keep(*key, data)
                log.info("model published", model=key[0], version=key[1], bytes=len(data))
        if gone := there.keys() & self._published - own if self._fetched is not None else there.keys() - own:
            await self._files.drop(gone)
        self._published = own

    @property
    def _not_own(self) -> set[Path]:
        """Folders of models that workers and other bots have anyway."""
        return {folder.resolve() for folder in (loading.FOLDER, self._fetched) if folder is not None}
