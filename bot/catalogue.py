"""The models that are installed, and which version of each composes."""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import threading
from typing import TYPE_CHECKING

from bot.errors import UnknownModel
from bot.overviews import ModelLine
from bot.storage.registry import SeenModel
from composer import models

if TYPE_CHECKING:
    from pathlib import Path

    from bot.estimates import Speeds
    from bot.storage.registry import Registry
    from composer.card import ModelCard

_NEAR = 0.5


class Catalogue:
    """Cards of the installed models, and the models themselves, each loaded once and shared."""

    def __init__(self, folder: Path | None, registry: Registry, speeds: Speeds) -> None:
        self._folder = folder
        self._registry = registry
        self._speeds = speeds
        self._cards: dict[tuple[str, int], ModelCard] = {}
        self._live: dict[str, int] = {}
        self._loaded: dict[tuple[str, int], models.Model] = {}
        self._loading = threading.Lock()

    async def refresh(self) -> None:
        """Look at the folder again, and note what is there."""
        cards = await asyncio.to_thread(models.installed, self._folder)
        await self._registry.seen([await asyncio.to_thread(_seen, card) for card in cards])
        live = await self._registry.live()
        self._cards = {(card.name, card.version): card for card in cards}
        self._live = {name: self._composing(name, live.get(name)) for name, _ in self._cards}

    def _composing(self, name: str, live: int | None) -> int:
        """The live version, or the newest where its file is gone."""
        versions = self.versions(name)
        return live if live in versions else versions[0]

    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(sorted(self._live))

    def versions(self, name: str) -> tuple[int, ...]:
        """All versions of a name, newest first."""
        return tuple(sorted((version for known, version in self._cards if known == name), reverse=True))

    def card(self, wanted: str) -> ModelCard:
        """The card of the version that composes, or of the one that NAME@VERSION asks for.

        Raises:
            UnknownModel: There is none.
        """
        name, _, version = wanted.strip().lower().partition("@")
        number = version.removeprefix("v")
        chosen = (int(number) if number.isdecimal() else 0) if version else self._live.get(name, 0)
        try:
            return self._cards[name, chosen]
        except KeyError:
            raise self._unknown(wanted.strip(), name) from None

    def _unknown(self, wanted: str, name: str) -> UnknownModel:
        near = difflib.get_close_matches(name, self.names(), n=1, cutoff=_NEAR)
        return UnknownModel(wanted, near[0] if near else None, self.names())

    def model(self, name: str, version: int) -> models.Model:
        """Load a model, or give the one that was loaded before. Blocks: for worker threads.

        Raises:
            UnknownModel: Its file is gone.
            ModelError: Its file is damaged.
        """
        card = self.card(f"{name}@{version}")
        with self._loading:
            if (name, version) not in self._loaded:
                self._loaded[name, version] = models.load(card.path)
            return self._loaded[name, version]

    async def lines(self) -> list[ModelLine]:
        """The models as people choose them, by name."""
        scores = await self._registry.scores()
        return [self._line(self._cards[name, self._live[name]], scores) for name in self.names()]

    def _line(self, card: ModelCard, scores: dict[str, tuple[float, int]]) -> ModelLine:
        score, ratings = scores.get(card.name, (None, 0))
        return ModelLine(
            name=card.name,
            version=card.version,
            versions=self.versions(card.name),
            styles=card.styles,
            architecture=card.architecture,
            parameters=card.parameters,
            bits_per_note=card.bits_per_note,
            score=score,
            ratings=ratings,
            speed=self._speeds.of(card.name),
        )


def _seen(card: ModelCard) -> SeenModel:
    metrics = {} if card.bits_per_note is None else {"bits_per_note": card.bits_per_note}
    digest = hashlib.sha256(card.path.read_bytes()).hexdigest()
    return SeenModel(name=card.name, version=card.version, sha256=digest, metrics=metrics)
