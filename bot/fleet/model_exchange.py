"""The models of other bots that share a database: fetched, and composing as soon as they compose there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.fleet.fetched_models import delete_all_but, fetch_file

if TYPE_CHECKING:
    from pathlib import Path

    from bot.pipeline.model_catalogue import ModelCatalogue
    from bot.storage.workers.model_files import ModelFiles


class ModelExchange:
    """Keeps a folder of what other bots trained; what this one has itself, it keeps elsewhere."""

    def __init__(self, files: ModelFiles, catalogue: ModelCatalogue, folder: Path) -> None:
        """Fetch nothing yet.

        Args:
            files: Files in the database.
            catalogue: Models of this bot.
            folder: Folder of what is fetched.
        """
        self._files = files
        self._catalogue = catalogue
        self._folder = folder

    async def fetch(self) -> None:
        """Fetch what is missing, delete what is not kept any more, and let those compose that compose elsewhere."""
        # What this bot has just deleted is not kept for others either.
        await self._catalogue.refresh()
        kept = await self._files.kept()
        missing = [file for file in kept if not self._catalogue.keeps(file.name, file.version)]
        for file in missing:
            await fetch_file(self._files, file, self._folder)
        if await asyncio.to_thread(delete_all_but, kept, self._folder) or missing:
            await self._catalogue.refresh()
