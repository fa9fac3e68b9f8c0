"""What a continuation is judged by: what is new of it, and how far that departs in density and register."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean
from typing import TYPE_CHECKING

from composer.music.analysis import shifted
from composer.music.given import Treatment
from composer.music.score import Part
from composer.planning.theme_plan import is_one_voice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.music.given import Theme
    from composer.music.score import Note, Score

_NOTES_A_BEAT, _SEMITONES = 1.6, 6.0
"""What costs a nat: about as far as the second halves of people's piano pieces differ from the first."""


def goes_on_alike(theme: Theme | None, style: str) -> bool:
    """Whether a piece goes on from given music in its style and texture; what joins a lone voice has one of its own."""
    if theme is None or theme.treatment is not Treatment.CONTINUATION:
        return False
    return style == theme.music.style and not is_one_voice(theme.music.score)


def new_part(score: Score, theme: Theme) -> Score:
    """What follows the given music of a piece that goes on from it; where it has no pitch, the whole piece."""
    given = 0 if theme.alone else theme.music.score.bars
    begin = given * score.metre.bar_ticks
    notes = [note for note in score.notes if note.start >= begin]
    if not given or not _pitches(notes):
        return score
    return replace(score, notes=shifted(notes, -begin), bars=score.bars - given, tempos=score.tempos[:1], opening=0)


def departure_cost(score: Score, theme: Theme) -> float:
    """What a candidate costs for its distance from given music, in nats.

    Args:
        score: What is new of the candidate.
        theme: The given music, from which it goes on alike.
    """
    given = theme.music.score
    old, new = _pitches(given.notes), _pitches(score.notes)
    if not old:
        return 0.0
    denser = (len(new) / score.ticks - len(old) / given.ticks) * given.metre.beat_ticks
    higher = fmean(new) - fmean(old)
    return (denser / _NOTES_A_BEAT) ** 2 + (higher / _SEMITONES) ** 2


def _pitches(notes: Iterable[Note]) -> list[int]:
    return [note.pitch for note in notes if note.part is not Part.DRUMS]
