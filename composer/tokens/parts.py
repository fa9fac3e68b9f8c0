"""A score in the parts of a style."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.music.score import Part
from composer.styles.table import STYLES
from composer.tokens.tokenizer import quantised

if TYPE_CHECKING:
    from composer.music.score import Score


def in_parts_of(score: Score, style: str) -> Score:
    """The score with what a style has no part for in the accompaniment; strokes that it has none for are left out."""
    parts = STYLES[style].parts
    notes = [
        note if note.part in parts else replace(note, part=Part.ACCOMPANIMENT)
        for note in score.notes
        if note.part is not Part.DRUMS or Part.DRUMS in parts
    ]
    return quantised(replace(score, notes=tuple(notes)))
