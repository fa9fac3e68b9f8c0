"""The sheet music of pieces that are there, drawn when somebody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from bot.domain.generation import WRITTEN
from bot.errors import NoSuchPiece

if TYPE_CHECKING:
    from bot.domain.composer_port import Composer
    from bot.domain.fair_share import Place
    from bot.pipeline.renditions import Renditions
    from bot.pipeline.side_work import SideWork
    from bot.storage.generations import Generations
    from composer.sheet_music.sheet import SheetMusic

log = structlog.stdlib.get_logger(__name__)


class SheetMusicStand:
    """Hands out sheet music."""

    def __init__(
        self, generations: Generations, composer: Composer, side_work: SideWork, kept: Renditions[SheetMusic]
    ) -> None:
        """Draw none yet.

        Args:
            generations: The rows.
            composer: Composer that draws.
            side_work: Places and turns of what costs beside composing.
            kept: What was drawn last, to turn its pages.
        """
        self._generations = generations
        self._composer = composer
        self._side_work = side_work
        self._kept = kept

    async def sheet_music(self, number: int, place: Place, *, whole: bool) -> SheetMusic:
        """The sheet music of a piece, made from its MIDI.

        Args:
            number: Number of the piece, which has bars.
            place: Place of whoever asks, see `SideWork.place`; what is not kept is drawn at its turn.
            whole: Whether all is wanted; otherwise the first page of a long piece is enough, see `draw_pages`.

        Raises:
            NoSuchPiece: It has no music, or never was.
            RenderError: It takes too much time, memory or paper.
        """
        generation = await self._generations.get(number)
        if generation is None or generation.state not in WRITTEN:
            raise NoSuchPiece(number)
        kept = self._kept.get(number)
        if kept is not None and (kept.whole or not whole):
            return kept
        async with self._side_work.turn(place):
            midi = await self._generations.original(number)
            if midi is None:
                raise NoSuchPiece(number)
            said = {"title": generation.title or "", "remark": generation.remark or ""}
            sheet = await self._composer.sheet_music(midi, **said, whole=whole)
        self._kept.keep(number, sheet)
        log.info("engraved", generation=number, pages=len(sheet.pages), of=sheet.count)
        return sheet
