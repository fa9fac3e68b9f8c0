"""Sheet music as people get it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SheetMusic:
    """A piece as sheet music.

    Attributes:
        pages: PNG pictures of its pages, black on white, for a chat.
        pdf: The same music on pages of A4, sharp at any size.
        musicxml: The same for notation programs.
    """

    pages: tuple[bytes, ...] = field(repr=False)
    pdf: bytes = field(repr=False)
    musicxml: bytes = field(repr=False)
