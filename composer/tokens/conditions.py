"""What a request asks of the music, in classes that a corpus can be sorted into as well.

Every condition but the metre may be left open: class 0 is ANY, and training sets each to ANY some of the
time, so that a model can do without any of them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER, Mode, Part
from composer.styles.statistics import DENSITY_EDGES, TEMPO_EDGES
from composer.styles.table import LEARNED_STYLES, STYLES

if TYPE_CHECKING:
    from composer.music.score import Metre, Score

ANY = 0

RATINGS = ("disliked", "mixed", "liked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """A class for each condition, ANY (0) where it is left open.

    Attributes:
        style: 1 + index in `composer.styles.table.LEARNED_STYLES`.
        mode: 1 + `Mode`.
        tempo: 1 + tempo class.
        density: 1 + density class.
        rating: 1 + index in `RATINGS`.
    """

    style: int = ANY
    mode: int = ANY
    tempo: int = ANY
    density: int = ANY
    rating: int = ANY

    def __post_init__(self) -> None:
        """Refuse classes that do not exist."""
        for name, size in SIZES.items():
            if not 0 <= getattr(self, name) <= size:
                raise ValueError(f"{name} must be in 0-{size}, got {getattr(self, name)}")

    def classes(self) -> tuple[int, ...]:
        """The classes in the order of `SIZES`."""
        return tuple(getattr(self, name) for name in SIZES)


SIZES = {
    "style": len(LEARNED_STYLES),
    "mode": len(Mode),
    "tempo": len(TEMPO_EDGES) + 1,
    "density": len(DENSITY_EDGES) + 1,
    "rating": len(RATINGS),
}
"""Number of classes of each field of `Conditions`, in their order, ANY not counted."""


def style_class(name: str) -> int:
    """Class of a style by name; ANY for one that no network learns.

    Raises:
        ValueError: If there is no such style.
    """
    if name not in STYLES:
        raise ValueError(f"no style {name!r}; there are {', '.join(STYLES)}")
    known_as = STYLES[name].known_as
    return 1 + LEARNED_STYLES.index(known_as) if known_as in LEARNED_STYLES else ANY


def tempo_class(quarters_per_minute: float, metre: Metre) -> int:
    """Class of a tempo, by the beats that are felt in `metre`."""
    beats = quarters_per_minute * TICKS_PER_QUARTER / metre.beat_ticks
    return 1 + bisect_right(TEMPO_EDGES, beats)


def density_class(score: Score) -> int:
    """Class of a score's mean number of notes a felt beat."""
    notes = sum(note.part is not Part.DRUMS for note in score.notes)
    return 1 + bisect_right(DENSITY_EDGES, notes * score.metre.beat_ticks / max(score.ticks, 1))
