"""What a strict teacher would mark in a written piece; the rules are meant to leave nothing to mark."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.grammar.lines import Sounding, parallels
from composer.grammar.phrases import CadenceKind
from composer.grammar.voices import SOPRANO, resolves
from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.grammar.lines import ChordSpan
    from composer.grammar.writing import FourPartPiece

PARALLELS, LEADING, CADENCE = "parallel fifths or octaves", "leading note unresolved", "phrase without its cadence"

_DOMINANTS = ("V", "vii°")
_BEFORE_TONIC = {CadenceKind.AUTHENTIC: _DOMINANTS, CadenceKind.IMPERFECT: _DOMINANTS, CadenceKind.PLAGAL: ("IV", "iv")}


def faults(written: FourPartPiece) -> Counter[str]:
    """How often a piece breaks each rule."""
    return Counter(
        {
            PARALLELS: len(parallels([*voices_of(written.spans)[:3], melody_of(written.spans)]))
            + len(parallels(voices_of(written.spans))),
            LEADING: sum(_hanging(written.spans)),
            CADENCE: sum(not closed for closed in _closed(written.spans)),
        }
    )


def line_faults(piece: FourPartPiece, lower: Sequence[Sequence[Sequence[Sounding]]]) -> int:
    """How often the voices as they are played make parallel fifths or octaves, with all notes between the chords.

    Args:
        piece: A piece for a choir or a quartet.
        lower: What bass, tenor and alto play, see `composer.grammar.ensemble`.
    """
    lines = [[note for own in voice for note in own] for voice in lower]
    return len(parallels([*lines, melody_of(piece.spans)]))


def voices_of(spans: Sequence[ChordSpan]) -> list[list[Sounding]]:
    """Bass, tenor, alto and soprano as lines, a note for each chord."""
    return [[Sounding(span.start, span.end, span.voicing[voice]) for span in spans] for voice in range(4)]


def melody_of(spans: Sequence[ChordSpan]) -> list[Sounding]:
    """The melody as a line."""
    return [tone for span in spans for tone in span.melody]


def _hanging(spans: Sequence[ChordSpan]) -> Iterator[bool]:
    """For every leading note before a chord that holds its goal, whether it does not go there."""
    for span, following in pairwise(spans):
        if resolves(span.chord, following.chord):
            pairs = [*zip(span.voicing, following.voicing, strict=True)]
            pairs.append((span.melody[-1].pitch, following.voicing[SOPRANO]))
            yield from (old % PITCH_CLASSES == span.chord.leading and new != old + 1 for old, new in pairs)


def _closed(spans: Sequence[ChordSpan]) -> Iterator[bool]:
    """For every phrase, whether it ends as it is to."""
    for number, span in enumerate(spans):
        if number + 1 < len(spans) and spans[number + 1].phrase is span.phrase:
            continue
        phrase, tonic = span.phrase, span.phrase.goal.tonic
        if phrase.cadence is CadenceKind.HALF:
            yield span.chord.numeral == "V" and span.chord.root == (tonic + 7) % PITCH_CLASSES == span.voicing[0] % 12
        else:
            before = spans[number - 1].chord.numeral if number else ""
            at_rest = span.chord.root == tonic == span.voicing[0] % PITCH_CLASSES
            high = span.voicing[SOPRANO] % PITCH_CLASSES == tonic or phrase.cadence is CadenceKind.IMPERFECT
            yield at_rest and high and before in _BEFORE_TONIC[phrase.cadence]
