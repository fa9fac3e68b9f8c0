"""Learns what servers like, whenever enough new votes came, beside everything else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot import clock as clocks
from bot.domain.taste import SERVERS_TO_SHARE
from bot.storage.export.extracts import BEGINNING
from composer.key_names import parse_key
from composer.taste.learning import LearnedTaste, has_enough, learn_taste, share_tastes
from composer.taste.traits import piece_traits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.clock import Clock
    from bot.domain.taste import KeptTaste, RatedForTaste, TasteMaterial
    from bot.pipeline.model_catalogue import ModelCatalogue
    from bot.storage.learning.tastes import Tastes

log = structlog.stdlib.get_logger(__name__)


class TasteLearner:
    """Fits the taste of each server that has enough new votes; a fit takes some milliseconds, in a thread."""

    def __init__(
        self, tastes: Tastes, catalogue: ModelCatalogue, default_model: str, clock: Clock = clocks.now
    ) -> None:
        """Take what it works with.

        Args:
            tastes: The versions, and what they are learned from.
            catalogue: Catalogue whose models know what is usual in a style.
            default_model: Name of the model whose usual is taken where a piece's own model is gone.
            clock: Tells from when on somebody has to have voted to be looked at.
        """
        self._tastes, self._catalogue, self._default, self._clock = tastes, catalogue, default_model, clock
        self._looked = BEGINNING

    async def look(self) -> None:
        """Learn each taste anew that is due, then what they share."""
        now = self._clock()
        due = await self._tastes.due(self._looked)
        for guild_id in due:
            await self._learn(guild_id)
        if due:
            await self._share()
        self._looked = now

    async def _learn(self, guild_id: int) -> None:
        _, pieces, people = await self._tastes.counts(guild_id)
        material = await self._tastes.material(guild_id)
        traits = self._traits(material)
        if not has_enough(min(pieces, len(traits)), people):
            await self._tastes.withdraw(guild_id)
            log.info("taste withdrawn", pieces=pieces, people=people)
            return
        shared = await self._tastes.latest(None)
        learned = await asyncio.to_thread(_fit, material, traits, shared)
        await self._tastes.keep(guild_id, learned)
        log.info("taste learned", votes=learned.votes, taken=learned.taken, shrinkage=learned.shrinkage)

    async def _share(self) -> None:
        """Note what the servers have in common, where there are enough of them that nobody decides it alone."""
        taken = await self._tastes.all_taken()
        if len(taken) < SERVERS_TO_SHARE:
            return
        shared = share_tastes([one.learned for one in taken])
        before = await self._tastes.latest(None)
        if before is None or before.learned.weights != shared.weights:
            await self._tastes.keep(None, shared)

    def _traits(self, material: TasteMaterial) -> dict[int, dict[str, float]]:
        """The pieces of which something can be learned, in numbers."""
        both = ((piece, self._profile(piece)) for piece in material.pieces)
        return {piece.number: _in_numbers(piece, profile) for piece, profile in both if profile}

    def _profile(self, piece: RatedForTaste) -> Mapping[str, tuple[float, float]]:
        """What is usual in the piece's style; empty where nobody knows."""
        installed = self._catalogue.engines.installed
        engine = installed.get((piece.model, piece.version)) or self._catalogue.engine(self._default)
        profiles = engine.choosing.profiles
        return profiles.get(piece.style, {})


def _in_numbers(piece: RatedForTaste, profile: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    mode = parse_key(piece.key).mode
    return piece_traits(piece.measures, style=piece.style, mode=mode, tempo=piece.tempo, profile=profile)


def _fit(material: TasteMaterial, traits: Mapping[int, Mapping[str, float]], shared: KeptTaste | None) -> LearnedTaste:
    votes = [vote for vote in material.votes if {vote.piece, vote.than or vote.piece} <= traits.keys()]
    families = {piece.number: piece.family for piece in material.pieces}
    known = shared.learned.weights if shared else None
    return learn_taste(traits, votes, families=families, shared=known, signals=material.signals)
