"""The files of the pieces that were rendered last: whoever asks for one of them again gets it at once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.generation import FinishedPiece

MOST_BYTES = 48 * 1024 * 1024
"""Bytes of all files together; one of five minutes takes about seven million."""


class Renditions:
    """Finished pieces by number, in memory alone; those that nobody asked for longest go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[int, FinishedPiece] = OrderedDict()
        self._bytes = 0

    def get(self, number: int) -> FinishedPiece | None:
        """The files of a piece, if they are still here."""
        piece = self._kept.get(number)
        if piece is not None:
            self._kept.move_to_end(number)
        return piece

    def keep(self, number: int, piece: FinishedPiece) -> None:
        """Keep the files of a piece for a while, if they are not larger than all that may be kept."""
        self.forget(number)
        self._kept[number] = piece
        self._bytes += _size(piece)
        while self._bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= _size(oldest)

    def forget(self, number: int) -> None:
        """Keep a piece no longer: it was deleted."""
        piece = self._kept.pop(number, None)
        if piece is not None:
            self._bytes -= _size(piece)

    def clear(self) -> None:
        """Keep nothing."""
        self._kept.clear()
        self._bytes = 0


def _size(piece: FinishedPiece) -> int:
    return len(piece.mp3) + len(piece.png) + len(piece.midi)
