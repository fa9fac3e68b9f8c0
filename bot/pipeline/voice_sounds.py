"""The sound of pieces for voice channels: encoded once, then played to all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.domain.generation import WRITTEN
from bot.errors import NoSuchPiece
from bot.pipeline.captions import sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.composer_port import Composer
    from bot.pipeline.renditions import Packets, Renditions
    from bot.pipeline.side_work import SideWork
    from bot.storage.generations import Generations

log = structlog.stdlib.get_logger(__name__)


class VoiceSounds:
    """Hands out packets of sound."""

    def __init__(
        self, generations: Generations, composer: Composer, side_work: SideWork, kept: Renditions[Packets]
    ) -> None:
        """Make none yet.

        Args:
            generations: The rows.
            composer: Composer that makes the sound.
            side_work: Places and turns of what costs beside composing.
            kept: What was encoded last.
        """
        self._generations = generations
        self._composer = composer
        self._side_work = side_work
        self._kept = kept
        self._making: dict[int, asyncio.Task[Packets]] = {}

    async def packets(
        self, number: int, encode: Callable[[bytes], Packets], *, guild_id: int, user_id: int | None, is_due: bool
    ) -> Packets:
        """The sound of a piece, made at the turn of whoever asks where it is not kept.

        Args:
            number: Number of the piece.
            encode: Encodes samples as `Composer.sound` gives them, in a thread.
            guild_id: Server that is to hear it.
            user_id: Person who asks.
            is_due: Whether it was promised, so that it waits its turn, but is not refused.

        Raises:
            NoSuchPiece: It has no music, or never was.
            Busy: As `SideWork.place` does.
            RenderError: FluidSynth or the soundfont failed.
        """
        generation = await self._generations.get(number)
        if generation is None or generation.state not in WRITTEN:
            raise NoSuchPiece(number)
        if (kept := self._kept.get(number)) is not None:
            return kept
        making = self._making.get(number)
        if making is None:
            work = self._make(number, encode, guild_id=guild_id, user_id=user_id, is_due=is_due)
            making = self._making[number] = asyncio.create_task(work)
            making.add_done_callback(lambda _: self._making.pop(number))
        # Others may wait for it as well, so that nobody who goes away ends it.
        return await asyncio.shield(making)

    async def _make(
        self, number: int, encode: Callable[[bytes], Packets], *, guild_id: int, user_id: int | None, is_due: bool
    ) -> Packets:
        with self._side_work.place(guild_id, user_id, is_due=is_due) as place:
            async with self._side_work.turn(place):
                generation = await self._generations.get(number)
                original = await self._generations.original(number)
                if generation is None or original is None:
                    raise NoSuchPiece(number)
                packets = await asyncio.to_thread(encode, await self._composer.sound(original, sheet(generation)))
        self._kept.keep(number, packets)
        log.info("encoded for voice", generation=number, packets=len(packets))
        return packets
