"""What was made of pieces last: whoever asks again for files, sheet music or packets of sound gets them at once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.generation import FinishedPiece
    from composer.sheet_music.sheet import SheetMusic

T = TypeVar("T")

MOST_BYTES = 48 * 1024 * 1024
"""Bytes of all files together; one of five minutes takes about seven million."""

MOST_SHEET_BYTES = 24 * 1024 * 1024
"""Bytes of all sheet music together; that of a minute takes less than one million."""

MOST_PACKET_BYTES = 32 * 1024 * 1024
"""Bytes of all packets for voice channels; those of a minute take about 0.8 million."""

Packets: TypeAlias = tuple[bytes, ...]
"""A piece as it is sent to a voice channel: Opus packets of 20 ms."""


class Renditions(Generic[T]):
    """Renditions by number, in memory alone; those that nobody asked for longest go first."""

    def __init__(self, size: Callable[[T], int], most_bytes: int = MOST_BYTES) -> None:
        """Keep none yet.

        Args:
            size: Tells how many bytes a rendition takes.
            most_bytes: Bytes of all together.
        """
        self._size = size
        self._most_bytes = most_bytes
        self._kept: OrderedDict[int, T] = OrderedDict()
        self._bytes = 0

    def get(self, number: int) -> T | None:
        """The files of a piece, if they are still here."""
        piece = self._kept.get(number)
        if piece is not None:
            self._kept.move_to_end(number)
        return piece

    def keep(self, number: int, piece: T) -> None:
        """Keep the files of a piece for a while, if they are not larger than all that may be kept."""
        self.forget(number)
        self._kept[number] = piece
        self._bytes += self._size(piece)
        while self._bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= self._size(oldest)

    def forget(self, number: int) -> None:
        """Keep a piece no longer: it was deleted."""
        piece = self._kept.pop(number, None)
        if piece is not None:
            self._bytes -= self._size(piece)

    def clear(self) -> None:
        """Keep nothing."""
        self._kept.clear()
        self._bytes = 0


def size_of_files(piece: FinishedPiece) -> int:
    """Bytes of a finished piece."""
    return len(piece.mp3) + len(piece.png) + len(piece.midi)


def size_of_sheets(sheet: SheetMusic) -> int:
    """Bytes of sheet music."""
    return sum(map(len, sheet.pages)) + len(sheet.pdf) + len(sheet.musicxml)


def size_of_packets(packets: Packets) -> int:
    """Bytes of the sound of a piece."""
    return sum(map(len, packets))
