"""The versions of a model that are kept: which composes, which came before it, which go."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from bot.errors import NothingBefore, report
from bot.retraining import candidate_install

if TYPE_CHECKING:
    from bot.pipeline.model_catalogue import ModelCatalogue
    from bot.settings import Settings
    from bot.storage.store import Store

log = structlog.stdlib.get_logger(__name__)


class Versions:
    """What was trained here, and what it was trained from."""

    def __init__(self, settings: Settings, store: Store, catalogue: ModelCatalogue) -> None:
        self._settings = settings
        self._store = store
        self._catalogue = catalogue

    async def rollback(
        self, name: str, version: int | None, *, by: int, guild_id: int | None = None
    ) -> tuple[str, int, int]:
        """Let an earlier version compose, or the one that is named.

        Returns:
            The model, the version that composed, and the one that does from now on.

        Raises:
            Refusal: UnknownModel, or NothingBefore where no version is known that this one came from.
        """
        live = self._catalogue.engine(name).identity
        if version is None:
            version = await self._ancestor(live.name, live.version)
        chosen = self._catalogue.engine(f"{live.name}@{version}").identity
        await self._store.models.promote(chosen.name, chosen.version, by=by, guild_id=guild_id)
        await self._catalogue.refresh()
        log.info("rolled back", model=chosen.name, before=live.version, version=chosen.version)
        return chosen.name, live.version, chosen.version

    async def _ancestor(self, name: str, version: int) -> int:
        """The nearest version that this one was trained from and that is kept."""
        parents = {one.version: one.parent for one in await self._store.models.known() if one.name == name}
        parent = parents.get(version)
        while parent is not None and not self._catalogue.keeps(name, parent):
            parent = parents.get(parent)
        if parent is None:
            raise NothingBefore(name, version)
        return parent

    async def renew(self, name: str) -> None:
        """Let the live version compose from the next piece on; what cannot be done now, the next start does."""
        try:
            await self._catalogue.refresh()
            await self._prune(name)
        except Exception as error:  # noqa: BLE001 - the version is live by its row, and people are to be told
            report(error, "models not looked at again", model=name)

    async def _prune(self, name: str) -> None:
        """Delete the oldest versions that were trained here, beyond those that are kept."""
        live = self._catalogue.engine(name).identity.version
        parents = {one.parent for one in await self._store.models.known() if (one.name, one.version) == (name, live)}
        needed = {live, *parents, *await self._store.runs.versions_on_the_way(name)}
        keep = self._settings.keep_versions
        for version in candidate_install.superfluous(self._catalogue.learned(name), needed=needed, keep=keep):
            path = self._catalogue.engine(f"{name}@{version}").path
            if path is None or path.parent == self._catalogue.fetched_folder:
                # It is another bot's, who deletes it everywhere.
                continue
            with suppress(OSError):
                await asyncio.to_thread(path.unlink)
                log.info("version no longer kept", model=name, version=version)
        await self._catalogue.refresh()
