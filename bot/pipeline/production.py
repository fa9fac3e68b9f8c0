"""Making one piece: from its row to its files, each step committed before the next."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.domain.generation import Composing, FinishedPiece, GenerationState, Rendering
from bot.errors import GivenMusicGone
from bot.pipeline.captions import file_name, sheet
from bot.pipeline.renditions import (
    MOST_PACKET_BYTES,
    MOST_SHEET_BYTES,
    Renditions,
    size_of_files,
    size_of_packets,
    size_of_sheets,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.composer_port import Composer
    from bot.domain.generation import Generation, Progress
    from bot.monitoring.health import Health
    from bot.pipeline.estimates import Speeds
    from bot.storage.generations import Generations

log = structlog.stdlib.get_logger(__name__)


class PieceProducer:
    """Composes and renders what a row asks for, from wherever the row stands.

    Attributes:
        renditions: Files that were made last.
        sheets: Sheet music that was drawn last.
        packets: Sound for voice channels that was encoded last.
    """

    def __init__(self, generations: Generations, composer: Composer, health: Health, speeds: Speeds) -> None:
        """Take what it works with.

        Args:
            generations: The rows.
            composer: Composer that composes and renders.
            health: Keeper of the seconds that each stage took.
            speeds: Speeds that learn from each piece.
        """
        self._generations = generations
        self._composer = composer
        self._health = health
        self._speeds = speeds
        self.renditions = Renditions(size_of_files)
        self.sheets = Renditions(size_of_sheets, MOST_SHEET_BYTES)
        self.packets = Renditions(size_of_packets, MOST_PACKET_BYTES)

    async def make(
        self, generation: Generation, show: Callable[[Generation, Progress], None]
    ) -> tuple[Generation, FinishedPiece] | None:
        """Make a piece whose composing has begun, or that is composed; None if its row changed, or its rival is due.

        Cancelling ends it within a few tenths of a second and leaves the row where it stands.
        """
        started = time.monotonic()
        fresh = generation.state is GenerationState.COMPOSING
        composed = await self._compose(generation, show) if fresh else generation
        if composed is None:
            return None
        show(composed, Rendering())
        piece = await self.render(composed)
        if piece is None:
            return None
        if fresh:
            options = composed.options
            self._speeds.measured(options.model, music=options.seconds, work=time.monotonic() - started)
        self._observe(composed, piece.seconds_spent)
        log.info("rendered", generation=composed.number, **piece.seconds_spent)
        return (composed, piece) if composed.rival is None else await self._meet(composed, piece)

    async def _meet(self, composed: Generation, piece: FinishedPiece) -> tuple[Generation, FinishedPiece] | None:
        """Both pieces of a battle, as the first one; None while the other one is on its way, which then brings both."""
        other = await self._generations.get(composed.rival or 0)
        if other is None or other.state is not GenerationState.COMPOSED:
            return None
        others = await self.render(other)
        if others is None:
            return None
        if composed.number == composed.told_as:
            return composed, replace(piece, rival=others)
        return other, replace(others, rival=piece)

    async def render(self, generation: Generation) -> FinishedPiece | None:
        """Make the files of a composed row, unless they were made not long ago; None if it has no music."""
        known = self.renditions.get(generation.number)
        if known is not None:
            return known
        original = await self._generations.original(generation.number)
        if original is None:
            return None
        made = await self._composer.render(original, sheet(generation))
        piece = FinishedPiece(
            made.midi, made.mp3, made.png, file_name(generation), made.seconds_spent, made.network_share
        )
        self.renditions.keep(generation.number, piece)
        return piece

    def forget(self, number: int) -> None:
        """Keep nothing that was made of a piece: it was deleted."""
        self.renditions.forget(number)
        self.sheets.forget(number)
        self.packets.forget(number)

    def forget_all(self) -> None:
        """Keep nothing that was made of any piece."""
        self.renditions.clear()
        self.sheets.clear()
        self.packets.clear()

    async def _compose(self, begun: Generation, show: Callable[[Generation, Progress], None]) -> Generation | None:
        options = begun.options
        log.info("composing", generation=begun.number, model=options.model, seconds=options.seconds, seed=options.seed)
        theme = await self._generations.theme(begun.number) if begun.treatment else None
        if begun.treatment and theme is None:
            raise GivenMusicGone(f"#{begun.number} goes on from music that is gone")
        music = await self._composer.compose(options, lambda bar, bars: show(begun, Composing(bar, bars)), theme=theme)
        if begun.treatment:
            # What holds music of somebody's own is never learned from: a row without tokens trains nothing.
            music = replace(music, tokens=())
        composed = await self._generations.composed(begun.number, music)
        if composed is not None:
            self._observe(composed, music.seconds_spent)
            log.info("composed", generation=composed.number, title=composed.title, **music.seconds_spent)
        return composed

    def _observe(self, generation: Generation, spent: Mapping[str, float]) -> None:
        for stage, seconds in spent.items():
            self._health.metrics.stages.labels(stage, generation.options.model).observe(seconds)
