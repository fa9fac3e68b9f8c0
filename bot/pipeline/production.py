"""Making one piece: from its row to its files, each step committed before the next."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import structlog

from bot.domain.generation import Composing, FinishedPiece, GenerationState, Rendering
from bot.errors import BotError, GivenMusicGone
from bot.pipeline.captions import file_name, sheet
from bot.pipeline.renditions import (
    MOST_PACKET_BYTES,
    MOST_SHEET_BYTES,
    Renditions,
    size_of_files,
    size_of_packets,
    size_of_sheets,
)
from composer.models.learned_preferences import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.domain.composer_port import Composer
    from bot.domain.generation import Generation, Music, Progress
    from bot.domain.other_machines import OtherMachines
    from bot.monitoring.health import Health
    from bot.pipeline.estimates import Speeds
    from composer.models.learned_preferences import LearnedPreferences
    from composer.music.given import Theme

log = structlog.stdlib.get_logger(__name__)


class FailedElsewhere(BotError):  # noqa: N818 - the error was a worker's
    """A worker could not make a piece.

    Attributes:
        code: What `bot.pipeline.failure_codes.code_of` said of the error there.
    """

    def __init__(self, code: str, reference: str) -> None:
        super().__init__(f"a worker failed with {code}; see {reference} in its log")
        self.code = code


class PieceRows(Protocol):
    """What making a piece reads and writes of its row."""

    async def get(self, number: int) -> Generation | None:
        """A piece as its row says; None if it is gone."""

    async def theme(self, number: int) -> Theme | None:
        """The music that it goes on from; None if that is gone."""

    async def liked(self, number: int) -> LearnedPreferences:
        """What is liked where it is composed."""

    async def original(self, number: int) -> bytes | None:
        """What it is rendered from; None if it is gone."""

    async def composed(self, number: int, music: Music) -> Generation | None:
        """Write its music down; None if its row was changed by somebody else."""


class PieceProducer:
    """Composes and renders what a row asks for, from wherever the row stands.

    Attributes:
        renditions: Files that were made last.
        sheets: Sheet music that was drawn last.
        packets: Sound for voice channels that was encoded last.
    """

    def __init__(
        self,
        rows: PieceRows,
        composer: Composer,
        health: Health,
        speeds: Speeds,
        *,
        at_once: int = 1,
        deadline: float | None = None,
        elsewhere: OtherMachines | None = None,
    ) -> None:
        """Take what it works with.

        Args:
            rows: The rows.
            composer: Composer that composes and renders.
            health: Keeper of the seconds that each stage took.
            speeds: Speeds that learn from each piece.
            at_once: Pieces made here at the same time.
            deadline: Seconds that one may take here.
            elsewhere: Workers who make pieces as long as there are any; None where all are made here.
        """
        self._rows = rows
        self._composer = composer
        self._health = health
        self._speeds = speeds
        self._turns = asyncio.Semaphore(at_once)
        self._deadline = deadline
        self._elsewhere = elsewhere
        self.renditions = Renditions(size_of_files)
        self.sheets = Renditions(size_of_sheets, MOST_SHEET_BYTES)
        self.packets = Renditions(size_of_packets, MOST_PACKET_BYTES)

    async def make(
        self, generation: Generation, show: Callable[[Generation, Progress], None]
    ) -> tuple[Generation, FinishedPiece] | None:
        """Make a piece whose composing has begun, or that is composed; None if its row changed, or its rival is due.

        Cancelling ends it within a few tenths of a second and leaves the row where it stands.

        Raises:
            FailedElsewhere: A worker could not make it.
            TimeoutError: It took too long.
        """
        found: Generation | None = generation
        if self._elsewhere is not None:
            found = await self._elsewhere.make(generation, show)
        if found is None:
            return None
        async with self._turns, asyncio.timeout(self._deadline):
            return await self._make_here(found, show)

    async def _make_here(
        self, generation: Generation, show: Callable[[Generation, Progress], None]
    ) -> tuple[Generation, FinishedPiece] | None:
        started = time.monotonic()
        fresh = generation.state is GenerationState.COMPOSING
        composed = await self.compose(generation, show) if fresh else generation
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
        other = await self._rows.get(composed.rival or 0)
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
        made = await self._elsewhere.rendition(generation.number) if self._elsewhere is not None else None
        if made is None:
            original = await self._rows.original(generation.number)
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

    async def compose(self, begun: Generation, show: Callable[[Generation, Progress], None]) -> Generation | None:
        """Compose a piece whose composing has begun; None if its row was changed meanwhile.

        Raises:
            GivenMusicGone: It goes on from music that is gone.
        """
        options = begun.options
        log.info("composing", generation=begun.number, model=options.model, seconds=options.seconds, seed=options.seed)
        theme = await self._rows.theme(begun.number) if begun.treatment else None
        if begun.treatment and theme is None:
            raise GivenMusicGone(f"#{begun.number} goes on from music that is gone")
        liked = await self._rows.liked(begun.number) if begun.taste else NONE
        music = await self._composer.compose(
            options, lambda bar, bars: show(begun, Composing(bar, bars)), theme=theme, liked=liked
        )
        if begun.treatment:
            # What holds music of somebody's own is never learned from: a row without tokens trains nothing.
            music = replace(music, tokens=())
        composed = await self._rows.composed(begun.number, music)
        if composed is not None:
            self._observe(composed, music.seconds_spent)
            log.info("composed", generation=composed.number, title=composed.title, **music.seconds_spent)
        return composed

    def _observe(self, generation: Generation, spent: Mapping[str, float]) -> None:
        for stage, seconds in spent.items():
            self._health.metrics.stages.labels(stage, generation.options.model).observe(seconds)
