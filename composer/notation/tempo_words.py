"""Tempo in words, and where a piece slows down."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from composer.music.score import Score, Tempo

_WORDS = (
    (45, "Grave"),
    (60, "Largo"),
    (72, "Adagio"),
    (96, "Andante"),
    (112, "Moderato"),
    (124, "Allegretto"),
    (152, "Allegro"),
    (176, "Vivace"),
)
_FASTEST = "Presto"


def tempo_word(beats_per_minute: float) -> str:
    """What musicians call so many felt beats a minute: Andante."""
    return next((word for below, word in _WORDS if beats_per_minute < below), _FASTEST)


def _usual_tempo(score: Score) -> float:
    """Quarters a minute at which the piece goes for the most part: players drift around it from beat to beat."""
    ends = [*(tempo.start for tempo in score.tempos[1:]), score.ticks]
    spans = sorted(
        (tempo.quarters_per_minute, end - tempo.start) for tempo, end in zip(score.tempos, ends, strict=True)
    )
    half = sum(max(span, 0) for _, span in spans) / 2
    for quarters, span in spans:
        half -= max(span, 0)
        if half <= 0:
            return quarters
    return spans[-1][0]


def slowing_of(score: Score) -> Tempo | None:
    """The first of the tempos below the usual one at the end of which each is slower than the one before."""
    first, usual = None, _usual_tempo(score)
    for slower, earlier in pairwise(score.tempos[::-1]):
        if slower.quarters_per_minute >= min(earlier.quarters_per_minute, usual):
            break
        first = slower
    return first
