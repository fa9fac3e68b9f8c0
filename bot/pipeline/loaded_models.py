"""The models that may compose, each loaded once and shared by all threads."""

from __future__ import annotations

import difflib
import threading
from typing import TYPE_CHECKING

from bot.errors import UnknownModel
from composer.models import loading

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from composer.models.card import ModelCard

_NEAR = 0.5
"""Likeness from which a name is offered in the place of an unknown one, 0 to 1; see `difflib`."""


class LoadedModels:
    """Cards of the installed models, and the models themselves.

    Attributes:
        cards: Card of each installed model, by name and version.
    """

    def __init__(self, cards: Iterable[ModelCard] = ()) -> None:
        self.cards: Mapping[tuple[str, int], ModelCard] = {}
        self._loaded: dict[tuple[str, int], loading.Model] = {}
        self._loading = threading.Lock()
        self.install(cards)

    def install(self, cards: Iterable[ModelCard]) -> None:
        """Take these models for the installed ones; of two files of one version, the first counts."""
        installed: dict[tuple[str, int], ModelCard] = {}
        for card in cards:
            installed.setdefault((card.identity.name, card.identity.version), card)
        self.cards = installed

    def names(self) -> tuple[str, ...]:
        """Names of all installed models, in alphabetical order."""
        return tuple(sorted({name for name, _ in self.cards}))

    def model(self, name: str, version: int) -> loading.Model:
        """Load a model, or give the one that was loaded before. Blocks: for worker threads.

        Raises:
            UnknownModel: Its file is gone.
            ModelError: Its file is damaged.
        """
        card = self.cards.get((name, version))
        if card is None:
            raise self.unknown(f"{name}@{version}")
        with self._loading:
            if (name, version) not in self._loaded:
                self._loaded[name, version] = loading.load(card.path)
            return self._loaded[name, version]

    def unload_all_but(self, kept: Container[tuple[str, int]]) -> None:
        """Let go of every other model; who still needs one loads it again. Blocks while one is being loaded."""
        with self._loading:
            self._loaded = {key: model for key, model in self._loaded.items() if key in kept}

    def unknown(self, wanted: str) -> UnknownModel:
        """The refusal of NAME or NAME@VERSION, with the name that is most like it."""
        name, _, _ = wanted.lower().partition("@")
        near = difflib.get_close_matches(name, self.names(), n=1, cutoff=_NEAR)
        return UnknownModel(wanted, near[0] if near else None, self.names())
