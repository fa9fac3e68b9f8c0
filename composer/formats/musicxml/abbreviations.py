"""Signs that say "once more what stood before": for beats, and for one or several measures.

The specification of MusicXML 4.0 has such music written out under the sign (`measure-repeat`, `beat-repeat`). Programs
that leave rests there mean what the sign says.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from composer.formats.musicxml.document import texts_of
from composer.formats.musicxml.written_note import BEATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree import ElementTree as ET

    from composer.formats.musicxml.written_note import Staff, WrittenNote

_LONGEST_NUMBER = 2
"""Digits of a number of measures; nobody repeats a hundred."""


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A stretch of a staff under such a sign.

    Attributes:
        staff: Number of the staff; 0 for all of the part.
        start, end: Measure and place of its beginning and end.
        measures: How many measures the sign repeats; 0 where it repeats a beat.
        beat: Quarters of that beat.
    """

    staff: int
    start: tuple[int, Fraction]
    end: tuple[int, Fraction]
    measures: int
    beat: Fraction


@dataclass(slots=True)
class AbbreviationReader:
    """Remembers where such signs begin, until they end.

    Attributes:
        found: Those that have ended.
    """

    found: list[Abbreviation] = field(default_factory=list)
    _open: dict[tuple[int, str], Abbreviation] = field(default_factory=dict)

    def read(self, style: ET.Element, measure: int, at: Fraction) -> None:
        """Take in a `measure-style`."""
        staff = next((int(text) for text in [style.get("number", "")] if text.isdecimal()), 0)
        for sign in style:
            if sign.tag not in {"measure-repeat", "beat-repeat"}:
                continue
            self._end(staff, sign.tag, (measure, at))
            if sign.get("type") == "start":
                measures = _measures_of(sign) if sign.tag == "measure-repeat" else 0
                begins = (measure, at)
                self._open[staff, sign.tag] = Abbreviation(staff, begins, begins, measures, _beat_of(sign))

    def finish(self, measures: int) -> None:
        """End at the part's last measure what is still open."""
        for staff, tag in list(self._open):
            self._end(staff, tag, (measures, Fraction(0)))

    def _end(self, staff: int, tag: str, place: tuple[int, Fraction]) -> None:
        begun = self._open.pop((staff, tag), None)
        if begun is not None:
            self.found.append(replace(begun, end=place))


def _measures_of(sign: ET.Element) -> int:
    counted = (sign.text or "").strip()
    return max(1, int(counted)) if counted.isdecimal() and len(counted) <= _LONGEST_NUMBER else 1


def _beat_of(sign: ET.Element) -> Fraction:
    beat = next((BEATS[text] for text in texts_of(sign, "slash-type") if text in BEATS), Fraction(1))
    dotted = sign.find("slash-dot") is not None
    return beat * Fraction(3, 2) if dotted else beat


def write_out(
    notes: dict[Staff, list[WrittenNote]], signs: Sequence[Abbreviation], lengths: Sequence[Fraction]
) -> None:
    """Add to the notes of each staff what its signs repeat, wherever nothing is written under them."""
    for sign in sorted(signs, key=lambda sign: sign.start):
        for staff, written in notes.items():
            if sign.staff in {0, staff[0]}:
                written.extend(_measures(written, sign) if sign.measures else _beats(written, sign, lengths))


def _measures(written: Sequence[WrittenNote], sign: Abbreviation) -> Iterator[WrittenNote]:
    by_measure: dict[int, list[WrittenNote]] = {}
    for note in written:
        by_measure.setdefault(note.measure, []).append(note)
    last = sign.end[0] if sign.end[1] == 0 else sign.end[0] + 1
    for measure in range(sign.start[0], last):
        if measure not in by_measure:
            again = [replace(note, measure=measure) for note in by_measure.get(measure - sign.measures, [])]
            by_measure[measure] = again
            yield from again


def _beats(written: Sequence[WrittenNote], sign: Abbreviation, lengths: Sequence[Fraction]) -> Iterator[WrittenNote]:
    """The beat before, in each beat; in front of a measure that is the last beat of the one before it."""
    known = list(written)
    for measure, at in _beats_under(sign, lengths):
        if any(note.measure == measure and at <= note.at < at + sign.beat for note in known):
            continue
        source, start = (measure, at - sign.beat) if at else (measure - 1, lengths[measure - 1] - sign.beat)
        again = [
            replace(note, measure=measure, at=at + note.at - start)
            for note in known
            if note.measure == source and start <= note.at < start + sign.beat
        ]
        known += again
        yield from again


def _beats_under(sign: Abbreviation, lengths: Sequence[Fraction]) -> Iterator[tuple[int, Fraction]]:
    (measure, at), end = sign.start, sign.end
    while (measure, at) < end and measure < len(lengths):
        if measure or at:
            yield measure, at
        at += sign.beat
        if at >= lengths[measure]:
            measure, at = measure + 1, Fraction(0)
