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

    def __init__(self, files: ModelFiles, catalogue: ModelCatalogue, *, leads: bool) -> None:
        """Publish nothing yet.

        Args:
            files: Files in the database.
            catalogue: Models of this bot.
            leads: Whether what this bot has not is deleted there: of several bots, one decides.
        """
        self._files = files
        self._catalogue = catalogue
        self._leads = leads

    async def publish(self) -> None:
        """Put there what is new, and delete what is not kept any more."""
        engines = self._catalogue.engines
        there = {(file.name, file.version): file.sha256 for file in await self._files.kept()}
        own: set[tuple[str, int]] = set()
        for key, engine in engines.installed.items():
            if engine.path is None or _comes_with_cadenza(engine.path):
                continue
            own.add(key)
            if there.get(key) != engines.digest(*key):
                data = await asyncio.to_thread(engine.path.read_bytes)
                await self._files.keep(*key, data)
                log.info("model published", model=key[0], version=key[1], bytes=len(data))
        if self._leads and there.keys() - own:
            await self._files.keep_only(own)


def _comes_with_cadenza(path: Path) -> bool:
    return path.parent.resolve() == loading.FOLDER.resolve()
