"""Plan -> one draft: form, chords, voices, melody and figuration in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.grammar.counterpoint import faults, line_faults
from composer.grammar.ensemble import lower_lines, sounded
from composer.grammar.explanation import explained, key_changes, numerals_of, remark_of
from composer.grammar.form import make_form
from composer.grammar.harmony import Pace
from composer.grammar.motifs import Motifs
from composer.grammar.piano import hands_for
from composer.grammar.voices import BROKEN, Ranges
from composer.grammar.writing import FourPartPiece, PartWriting, Writer
from composer.music.score import Score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from composer.grammar.lots import Lots
    from composer.music.numerals import Numeral
    from composer.music.score import Note
    from composer.planning.plan import Plan

_SINGERS = Ranges((40, 48, 55, 60), (60, 67, 74, 79), singing=1.6)
_STRINGS = Ranges((36, 50, 55, 62), (57, 69, 79, 86), (24, 14, 14))
_KEYS = Ranges((36, 48, 55, 62), (55, 67, 74, 82), (24, 12, 12))


@dataclass(frozen=True, slots=True)
class Draft:
    """One piece, and how it came about.

    Attributes:
        score: The piece in the planned key.
        numerals: Roman numerals of its chords.
        derivation: How it came about, in plain values.
        remark: A line about its form.
        title: Title of the piece; empty where the style decides it.
        cost: What its voice leading cost; from `voices.BROKEN` on it broke a rule, see `counterpoint`.
    """

    score: Score
    numerals: tuple[Numeral, ...]
    derivation: Mapping[str, object]
    remark: str
    cost: float = 0.0
    title: str = ""


def draft(plan: Plan, style: str, lots: Lots) -> Draft:
    """Write one draft of a planned piece in one of the four-part styles."""
    written = write(plan, style, lots)
    notes, marks = _played(written, plan, style, lots)
    changes = key_changes(written.form, plan.metre)
    score = Score(notes, plan.metre, plan.bars, plan.key, plan.tempos, changes)
    # What a teacher would mark is no draft, however rarely the rules let it through.
    cost = written.cost + BROKEN * marks
    return Draft(score, numerals_of(written), explained(written, plan.metre), remark_of(written.form), cost)


def write(plan: Plan, style: str, lots: Lots) -> FourPartPiece:
    """Form, chords, voices and melody of a planned piece, before anybody plays it."""
    form = make_form(plan.bars, plan.key, lots)
    motifs = Motifs(plan.metre, style, _melody_notes(plan, style), lots)
    return Writer(plan.metre, manner_of(plan, style), motifs, lots).write(form)


def manner_of(plan: Plan, style: str) -> PartWriting:
    """How a style writes at the planned tempo: chords change neither too fast for the ear nor too seldom."""
    beats = plan.metre.bar_ticks // plan.metre.beat_ticks
    beat = 60 / plan.beats_per_minute
    quickest = _QUICKEST[style]
    shortest = next((n for n in (1, 2) if n * beat >= quickest and beats % n == 0), beats)
    longest = beats if beats * beat >= _SLOW_BAR or style == "choir" else 2 * beats
    ranges, centre, melody, plain, restless = _STYLES[style]
    return PartWriting(ranges, Pace(beats, shortest, max(longest, shortest), restless), centre, melody, plain)


_QUICKEST = {"piano": 0.9, "quartet": 0.9, "choir": 0.5}
"""Seconds that a chord lasts at least."""

_SLOW_BAR = 1.0
"""Seconds of a bar from which on no chord lasts for two."""

_STYLES: Mapping[str, tuple[Ranges, float, tuple[int, int], float, float]] = {
    "piano": (_KEYS, 71, (59, 88), 0.15, 0.45),
    "quartet": (_STRINGS, 74, (60, 91), 0.15, 0.5),
    "choir": (_SINGERS, 69, (60, 79), 0.7, 0.75),
}
"""Ranges, middle of the soprano, range of the melody, how plain it is, and how restless the harmony is."""

_NOTES_A_SECOND = {"piano": 2.3, "quartet": 2.6, "choir": 1.3}


def _melody_notes(plan: Plan, style: str) -> float:
    """Wanted notes of melody in a bar."""
    beats = plan.metre.bar_ticks / plan.metre.beat_ticks
    return _NOTES_A_SECOND[style] * beats * 60 / plan.beats_per_minute


def _played(written: FourPartPiece, plan: Plan, style: str, lots: Lots) -> tuple[tuple[Note, ...], int]:
    """The notes of whoever plays the style, and how often a teacher would mark the piece."""
    spans, marks = written.spans, faults(written).total()
    if style == "piano":
        letters = sorted({span.phrase.section for span in spans})
        hands = hands_for(plan.metre, 60 / plan.beats_per_minute, letters, lots)
        return tuple(hands.play(spans)), marks
    lower = lower_lines(spans, style, plan.metre, lots)
    return tuple(sounded(spans, plan.metre, lower)), marks + line_faults(written, lower)
