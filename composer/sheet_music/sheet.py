"""Sheet music as people get it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SheetMusic:
    """A piece as sheet music.

    Attributes:
        pages: PNG pictures of its pages, black on white, for a chat; those that were drawn, from the first on.
        count: How many pages it has.
        pdf: The same music on pages of A4, sharp at any size; empty where it was not drawn.
        musicxml: The same for notation programs.
        chords: A line for each of the pages that names its chords, see `composer.sheet_music.chord_line`; empty
            where the engine knows none.
    """

    pages: tuple[bytes, ...] = field(repr=False)
    count: int
    pdf: bytes = field(repr=False)
    musicxml: bytes = field(repr=False)
    chords: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all of it was drawn."""
        return len(self.pages) == self.count and bool(self.pdf)
