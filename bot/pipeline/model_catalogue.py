"""The models that are installed, networks and other engines, and which version of each composes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from bot.domain.summaries import ModelLine, Tally
from bot.storage.learning.registry import FIRST_LEARNED, SeenModel
from bot.worker.loaded_engines import LoadedEngines
from composer import engines
from composer.models.identity import version_number
from composer.models.model_names import played_by_networks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from bot.pipeline.estimates import Speeds
    from bot.storage.learning.registry import Registry
    from composer.engines import InstalledEngine

log = structlog.stdlib.get_logger(__name__)

_NEVER = datetime.fromtimestamp(0, UTC)


class ModelCatalogue:
    """What is installed, and what is known of it: origin, ratings, and the version of each name that composes.

    Attributes:
        engines: The installed engines.
        speeds: How fast the models are.
        learned_folder: Folder of the models that were trained here; None where none are.
        fetched_folder: Folder of those that were trained by other bots of the same database; None where there are none.
        waiting: By name, the newest version that came with Cadenza while one composed that was trained here: it waits
            until somebody decides.
    """

    def __init__(
        self,
        folder: Path | None,
        registry: Registry,
        speeds: Speeds,
        *,
        learned_folder: Path | None = None,
        fetched_folder: Path | None = None,
    ) -> None:
        self.engines = LoadedEngines()
        self._folder = folder
        self.learned_folder = learned_folder
        self.fetched_folder = fetched_folder
        self._registry = registry
        self.speeds = speeds
        self._learned: set[tuple[str, int]] = set()
        self._live: dict[str, int] = {}
        self.waiting: Mapping[str, int] = {}
        self._looking = asyncio.Lock()
        self._refreshed: Callable[[], Awaitable[None]] | None = None

    def on_refresh(self, call: Callable[[], Awaitable[None]]) -> None:
        """Call something each time that the folders were looked at."""
        self._refreshed = call

    async def refresh(self) -> None:
        """Look at the folders again, and note what is there; from then on the live versions compose."""
        # Of two looks at once, the one that began first might end last, and say what was so before.
        async with self._looking:
            await self._look_again()
            if self._refreshed is not None:
                await self._refreshed()

    async def _look_again(self) -> None:
        known = {(one.name, one.version): one for one in await self._registry.known()}
        found = await asyncio.to_thread(self._look)
        sound = [(engine, one) for engine, one in found if _as_noted(engine, one, known)]
        await self._registry.seen([one for _, one in sound])
        promoted = sorted(
            (one for one in await self._registry.known() if one.promoted_at is not None),
            key=lambda one: (one.promoted_at or _NEVER, one.version),
        )
        digests = {(one.name, one.version): one.sha256 for engine, one in reversed(sound) if engine.path is not None}
        self.engines.install((engine for engine, _ in sound), digests=digests)
        self._learned = {(one.name, one.version) for _, one in sound if one.learned}
        there = {one.name: one.version for one in promoted if self.keeps(one.name, one.version)}
        self._live = {name: there.get(name) or self._fallback(name) for name in self.names()}
        never = {(one.name, one.version) for one in await self._registry.known() if one.promoted_at is None}
        self.waiting = {
            name: max(waiting)
            for name, live in self._live.items()
            if (name, live) in self._learned and (waiting := self._shipped(name) & {v for n, v in never if n == name})
        }
        await asyncio.to_thread(self.engines.unload_all_but, set(self._live.items()))

    def _look(self) -> list[tuple[InstalledEngine, SeenModel]]:
        """The engines without a file, then those of all folders, those that come with Cadenza first."""
        folders = [self._folder, *self._learned_folders]
        files = {
            engine.path and engine.path.resolve(): engine for folder in folders for engine in engines.in_folder(folder)
        }
        found = [*engines.built_in(), *files.values()]
        return [(engine, _seen(engine, learned=self._is_learned(engine))) for engine in found]

    @property
    def _learned_folders(self) -> list[Path]:
        both = (self.learned_folder, self.fetched_folder)
        return [folder for folder in both if folder is not None and folder.is_dir()]

    def _is_learned(self, engine: InstalledEngine) -> bool:
        """Whether a model was trained here, also where somebody has both folders be one."""
        if engine.path is None:
            return False
        here = engine.path.parent.resolve() in {folder.resolve() for folder in self._learned_folders}
        return here and engine.identity.version >= FIRST_LEARNED

    def _fallback(self, name: str) -> int:
        """The newest version that nobody trained here, where the file of every promoted one is gone."""
        versions = self.versions(name)
        return next((version for version in versions if (name, version) not in self._learned), versions[0])

    def _shipped(self, name: str) -> set[int]:
        return {version for version in self.versions(name) if (name, version) not in self._learned}

    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return self.engines.names()

    def pairs(self) -> Mapping[str, str]:
        """By name that stands for a model together with networks that play what it writes: the model."""
        return played_by_networks(self.names())

    def versions(self, name: str) -> tuple[int, ...]:
        """All versions of a name, newest first."""
        return tuple(sorted((version for known, version in self.engines.installed if known == name), reverse=True))

    def learned(self, name: str) -> tuple[int, ...]:
        """The versions of a name that were trained here, newest first."""
        return tuple(version for version in self.versions(name) if (name, version) in self._learned)

    async def origin(self, name: str, version: int) -> InstalledEngine | None:
        """The version from which another comes that was trained here; None if it was not.

        Where its file is gone, the newest is taken that was not trained here.
        """
        if (name, version) not in self._learned:
            return None
        parents = {one.version: one.parent for one in await self._registry.known() if one.name == name}
        found: int | None = version
        while found is not None and (name, found) in self._learned:
            found = parents.pop(found, None)
        installed = self.engines.installed
        return installed.get((name, found or 0)) or installed.get((name, self._fallback(name)))

    def keeps(self, name: str, version: int) -> bool:
        """Whether that version is still installed, so that its pieces can be composed again."""
        return (name, version) in self.engines.installed

    def engine(self, wanted: str) -> InstalledEngine:
        """The version that composes, or of the one that NAME@VERSION asks for.

        Raises:
            UnknownModel: There is none.
        """
        name, _, version = wanted.strip().lower().partition("@")
        chosen = version_number(version) if version else self._live.get(name, 0)
        try:
            return self.engines.installed[name, chosen]
        except KeyError:
            raise self.engines.unknown(wanted.strip()) from None

    async def lines(self) -> list[ModelLine]:
        """The models as people choose them, by name."""
        tallies = await self._registry.tallies()
        return [self._line(self.engines.installed[name, self._live[name]], tallies) for name in self.names()]

    def _line(self, engine: InstalledEngine, tallies: Mapping[str, Tally]) -> ModelLine:
        identity = engine.identity
        return ModelLine(
            name=identity.name,
            version=identity.version,
            versions=self.versions(identity.name),
            styles=identity.all_styles,
            architecture=identity.architecture,
            parameters=engine.parameters,
            bits_per_note=engine.bits_per_note,
            tally=tallies.get(identity.name, Tally()),
            speed=self.speeds.of(identity.name),
        )


def _seen(engine: InstalledEngine, *, learned: bool) -> SeenModel:
    bits = engine.bits_per_note
    return SeenModel(
        name=engine.identity.name,
        version=engine.identity.version,
        sha256=engine.digest(),
        metrics={} if bits is None else {"bits_per_note": bits},
        learned=learned,
    )


def _as_noted(engine: InstalledEngine, one: SeenModel, known: Mapping[tuple[str, int], SeenModel]) -> bool:
    """Whether a file is what it is called and, if it was trained here, the one that was noted then."""
    noted = known.get((one.name, one.version))
    swapped = one.learned and noted is not None and noted.sha256 != one.sha256
    if swapped or (engine.path and engine.path.name) != engine.proper_file_name:
        says = engine.proper_file_name
        log.error("model left out: its file was swapped for another", path=str(engine.path), says=says)
        return False
    return True
