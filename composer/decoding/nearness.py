"""How far a continuation departs from the music that it goes on from, in density and register."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from composer.music.given import Treatment
from composer.music.score import Part
from composer.planning.theme_plan import is_one_voice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.music.given import Theme
    from composer.music.score import Note, Score

_NOTES_A_BEAT, _SEMITONES = 1.6, 6.0
"""What costs a nat: about as far as the second halves of people's piano pieces differ from the first."""


def departure_cost(score: Score, theme: Theme, style: str) -> float:
    """What a candidate costs for its distance from given music, in nats.

    Nothing where it is no continuation, or one in another style: that has a density and a register of its own. So has
    what joins a lone voice.

    Args:
        score: Score of the candidate.
        theme: The given music; `score` begins with it, unless what follows is to be heard alone.
        style: Style that was asked for.
    """
    if theme.treatment is not Treatment.CONTINUATION or style != theme.music.style:
        return 0.0
    given = theme.music.score
    if is_one_voice(given):
        return 0.0
    begin = 0 if theme.alone else given.ticks
    old = _pitches(given.notes)
    new = _pitches(note for note in score.notes if note.start >= begin)
    if not old or not new:
        return 0.0
    denser = (len(new) / (score.ticks - begin) - len(old) / given.ticks) * given.metre.beat_ticks
    higher = fmean(new) - fmean(old)
    return (denser / _NOTES_A_BEAT) ** 2 + (higher / _SEMITONES) ** 2


def _pitches(notes: Iterable[Note]) -> list[int]:
    return [note.pitch for note in notes if note.part is not Part.DRUMS]
