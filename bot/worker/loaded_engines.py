"""The engines that may compose, each loaded once and shared by all threads."""

from __future__ import annotations

import difflib
import threading
from typing import TYPE_CHECKING

from bot.errors import UnknownModel
from composer.models.model_names import played_by_networks

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from composer.engine import Engine
    from composer.engines import InstalledEngine

_NEAR = 0.5
"""Likeness from which a name is offered in the place of an unknown one, 0 to 1; see `difflib`."""


class LoadedEngines:
    """What is installed, and the engines themselves.

    Attributes:
        installed: Each installed engine, by name and version.
    """

    def __init__(self, engines: Iterable[InstalledEngine] = ()) -> None:
        self.installed: Mapping[tuple[str, int], InstalledEngine] = {}
        self._digests: Mapping[tuple[str, int], str] = {}
        self._loaded: dict[tuple[str, int], Engine] = {}
        self._loading = threading.Lock()
        self.install(engines)

    def install(
        self, engines: Iterable[InstalledEngine], *, digests: Mapping[tuple[str, int], str] | None = None
    ) -> None:
        """Take these engines for the installed ones; of two of one version, the first counts.

        Args:
            engines: The engines.
            digests: SHA-256 of their files, by name and version: a file that was swapped meanwhile is not loaded.
        """
        self._digests = digests or {}
        installed: dict[tuple[str, int], InstalledEngine] = {}
        for engine in engines:
            installed.setdefault((engine.identity.name, engine.identity.version), engine)
        self.installed = installed

    def names(self) -> tuple[str, ...]:
        """Names of all installed engines, in alphabetical order."""
        return tuple(sorted({name for name, _ in self.installed}))

    def digest(self, name: str, version: int) -> str:
        """SHA-256 of what an installed engine plays from, see `InstalledEngine.digest`."""
        return self._digests.get((name, version)) or self.installed[name, version].digest()

    def engine(self, name: str, version: int) -> Engine:
        """Load an engine, or give the one that was loaded before. Blocks: for worker threads.

        Raises:
            UnknownModel: Its file is gone.
            ModelError: Its file is damaged, or was swapped for another.
        """
        installed = self.installed.get((name, version))
        if installed is None:
            raise self.unknown(f"{name}@{version}")
        with self._loading:
            if (name, version) not in self._loaded:
                self._loaded[name, version] = installed.load(sha256=self._digests.get((name, version)))
            return self._loaded[name, version]

    def unload_all_but(self, kept: Container[tuple[str, int]]) -> None:
        """Let go of every other engine; who still needs one loads it again. Blocks while one is being loaded."""
        with self._loading:
            self._loaded = {key: engine for key, engine in self._loaded.items() if key in kept}

    def unknown(self, wanted: str) -> UnknownModel:
        """The refusal of NAME or NAME@VERSION, with the name that is most like it."""
        name, _, _ = wanted.lower().partition("@")
        names = self.names()
        near = difflib.get_close_matches(name, [*names, *played_by_networks(names)], n=1, cutoff=_NEAR)
        return UnknownModel(wanted, near[0] if near else None, self.names())
