"""Files that fit where they are sent: less sound where there is less room, and never a failure."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

import discord
import structlog

from bot.discord_ui.refusal_texts import TOO_LARGE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.generation import FinishedPiece

log = structlog.stdlib.get_logger(__name__)

SMALLEST_LIMIT = 10 * 1024 * 1024
"""Bytes that Discord takes everywhere, where nothing better is known."""

ROOM = 64 * 1024
"""Bytes of a request that are not files."""


class SmallerEncoder(Protocol):
    """Makes sound smaller, as the order service does."""

    async def smaller(self, number: int, most_bytes: int) -> bytes | None:
        """The sound of a piece in at most so many bytes; None if that cannot be heard."""


async def send(
    number: int,
    piece: FinishedPiece,
    most_bytes: int,
    encoder: SmallerEncoder,
    bring: Callable[[FinishedPiece], Awaitable[discord.Message | None]],
) -> discord.Message | None:
    """Send a piece with as much sound as fits; what is refused for its size is made smaller still.

    Args:
        number: Number of the piece.
        piece: Piece at its best.
        most_bytes: Bytes that are likely taken.
        encoder: Encoder that makes sound smaller.
        bring: Sends a piece; called once more for each time that it was too large.

    Returns:
        What `bring` does.
    """
    fitted = await _fitted(number, piece, most_bytes, encoder)
    while True:
        try:
            return await bring(fitted)
        except discord.HTTPException as error:
            if not is_too_large(error) or not fitted.mp3:
                raise
            log.info("files too large", generation=number, bytes=len(fitted.mp3))
            fitted = await _fitted(number, piece, _size(fitted), encoder)


async def send_pair(
    numbers: tuple[int, int],
    piece: FinishedPiece,
    most_bytes: int,
    encoder: SmallerEncoder,
    bring: Callable[[FinishedPiece], Awaitable[discord.Message | None]],
) -> discord.Message | None:
    """Send the sound of both pieces of a battle, as `send` does; each gets half of the room.

    Args:
        numbers: Numbers of both pieces.
        piece: The first piece, with its rival.
        most_bytes: As `send` takes it.
        encoder: As `send` takes it.
        bring: As `send` takes it; it is handed no notes and no pictures.

    Returns:
        What `bring` does; None also where one of them cannot be heard in so little room.
    """
    assert piece.rival is not None
    room = most_bytes
    while True:
        bare = [replace(half, midi=b"", png=b"", rival=None) for half in (piece, piece.rival)]
        first, second = [
            await _fitted(number, half, room // 2, encoder) for number, half in zip(numbers, bare, strict=True)
        ]
        if not first.mp3 or not second.mp3:
            return None
        try:
            return await bring(replace(first, rival=second))
        except discord.HTTPException as error:
            if not is_too_large(error):
                raise
            room = _size(first) + _size(second)
            log.info("files too large", generation=numbers[0], bytes=room)


def is_too_large(error: discord.HTTPException) -> bool:
    """Whether files were refused for their size; what stands before Discord's own servers says so by the status."""
    return error.code == TOO_LARGE or error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def _size(piece: FinishedPiece) -> int:
    return len(piece.mp3) + len(piece.png) + len(piece.midi)


async def _fitted(number: int, piece: FinishedPiece, most_bytes: int, encoder: SmallerEncoder) -> FinishedPiece:
    room = most_bytes - ROOM - len(piece.png) - len(piece.midi)
    if len(piece.mp3) <= room:
        return piece
    smaller = await encoder.smaller(number, room) if room > 0 else None
    return replace(piece, mp3=smaller or b"")
