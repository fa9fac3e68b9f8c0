"""A player's part as an element of MusicXML: measures with attributes, directions and voices."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from composer.music.score import TICKS_PER_QUARTER
from composer.notation import directions as kinds
from composer.notation.accidentals import Accidentals
from composer.notation.clefs import PERCUSSION
from composer.notation.directions import Direction, dynamics_of, octave_lines
from composer.notation.note_elements import VoiceBar, note_elements
from composer.notation.rhythm.values import NAMES
from composer.notation.slurs import slurs_of
from composer.notation.staff import opening_of, staves_of, written_signature
from composer.notation.tempo_words import tempo_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from composer.music.score import Score
    from composer.notation.clefs import Clef
    from composer.notation.layout import SheetPlayer
    from composer.notation.slurs import Slurs
    from composer.notation.staff import Staff

_VOICES_A_STAFF = 4
"""Voices of the second staff begin after those that programs keep for the first one."""

_DOTTED = {3 * value // 2: name for value, name in NAMES.items()}
"""Names of the values that a dot makes last so many ticks."""

Marks = dict[int, list[Direction]]
"""Directions by bar."""


class PartWriter:
    """Writes one part, measure by measure."""

    def __init__(self, player: SheetPlayer, score: Score, part_id: str) -> None:
        self._player, self._score, self._id = player, score, part_id
        self._staves = staves_of(player, score)
        self._opening = opening_of(score)
        self._accidentals = [Accidentals() for _ in self._staves]
        self._slurs: list[Slurs] = [{} for _ in self._staves]
        if player.slurred:
            self._slurs[0] = slurs_of(self._staves[0].bars, upbeat_bars=int(self._opening > 0))
        self._marks: list[Marks] = [octave_lines(staff.clefs, score.metre) for staff in self._staves]
        self.mark(dynamics_of(player.notes, score.metre, score.bars))

    @property
    def staves(self) -> int:
        """How many staves the part has."""
        return len(self._staves)

    def mark(self, marks: Mapping[int, Sequence[Direction]], staff: int = 0) -> None:
        """Add directions beside a staff, counted from 0; negative ones from below."""
        for bar, own in marks.items():
            self._marks[staff].setdefault(bar, []).extend(own)

    def element(self, *, leads: bool) -> Element:
        """The part; the one that leads has the tempo above it."""
        part = Element("part", id=self._id)
        for bar in range(self._score.bars):
            measure = SubElement(part, "measure", number=str(bar + (self._opening == 0)))
            if bar == 0 and self._opening:
                measure.set("implicit", "yes")
            self._write_attributes(measure, bar)
            if bar == 0 and leads:
                _write_tempo(measure, self._score)
            self._write_staves(measure, bar)
            if bar == self._score.bars - 1:
                _add(SubElement(measure, "barline", location="right"), "bar-style", "light-heavy")
        return part

    def _write_attributes(self, measure: Element, bar: int) -> None:
        score, player = self._score, self._player
        attributes = Element("attributes")
        start = bar * score.metre.bar_ticks
        in_key = score.key_at(start)
        if bar == 0:
            _add(attributes, "divisions", TICKS_PER_QUARTER)
        if not player.is_drums and (bar == 0 or in_key != score.key_at(start - 1)):
            _add(SubElement(attributes, "key"), "fifths", written_signature(in_key, player.transposition))
        if bar == 0:
            time = SubElement(attributes, "time")
            _add(time, "beats", score.metre.numerator)
            _add(time, "beat-type", score.metre.denominator)
            if self.staves > 1:
                _add(attributes, "staves", self.staves)
        for number, staff in enumerate(self._staves, start=1):
            if bar == 0 or staff.clefs[bar].plain != staff.clefs[bar - 1].plain:
                _write_clef(attributes, staff.clefs[bar], number if self.staves > 1 else 0)
        if bar == 0:
            self._write_transposition(attributes)
        if len(attributes):
            measure.append(attributes)

    def _write_transposition(self, attributes: Element) -> None:
        lower = self._player.transposition
        if lower.up:
            transpose = SubElement(attributes, "transpose")
            _add(transpose, "diatonic", -lower.steps)
            _add(transpose, "chromatic", -lower.semitones)
            if lower.octaves:
                _add(transpose, "octave-change", -lower.octaves)

    def _write_staves(self, measure: Element, bar: int) -> None:
        length = self._score.metre.bar_ticks - (self._opening if bar == 0 else 0)
        first = True
        for number, staff in enumerate(self._staves):
            marks = sorted(self._marks[number].get(bar, ()), key=lambda mark: mark.tick)
            for line in self._lines(number, staff, bar):
                if not first:
                    _add(SubElement(measure, "backup"), "duration", length)
                first = False
                for start, elements in note_elements(line):
                    end = start + int(elements[0].findtext("duration", "0"))
                    while marks and marks[0].tick < end:
                        _write_direction(measure, marks.pop(0), start, line.staff)
                    measure.extend(elements)
                for mark in marks:
                    _write_direction(measure, mark, mark.tick, line.staff)
                marks.clear()

    def _lines(self, number: int, staff: Staff, bar: int) -> list[VoiceBar]:
        voices = staff.bars[bar]
        in_key = self._score.key_at(bar * self._score.metre.bar_ticks)
        fifths = written_signature(in_key, self._player.transposition)
        signs = self._accidentals[number].of_bar(voices, staff.names, fifths) if staff.names else {}
        loud = [note.velocity for line in voices for own in line for note in own.notes]
        stems = ("up", "down") if len(voices) > 1 else ("",)
        return [
            VoiceBar(
                written=line,
                metre=self._score.metre,
                voice=number * _VOICES_A_STAFF + voice + 1,
                staff=number + 1 if self.staves > 1 else 0,
                stem=stem,
                names=staff.names,
                signs={(index, pitch): sign for (own, index, pitch), sign in signs.items() if own == voice},
                slurs={index: own for (at, index), own in self._slurs[number].items() if at == bar and voice == 0},
                part_id=self._id,
                usual=sum(loud) / len(loud) if loud else 127.0,
            )
            for voice, (line, stem) in enumerate(zip(voices, stems, strict=True))
        ]


def _write_clef(attributes: Element, clef: Clef, number: int) -> None:
    element = SubElement(attributes, "clef")
    if number:
        element.set("number", str(number))
    _add(element, "sign", clef.sign)
    if clef.plain != PERCUSSION:
        _add(element, "line", clef.line)
    if clef.octaves:
        _add(element, "clef-octave-change", clef.octaves)


def _write_tempo(measure: Element, score: Score) -> None:
    """The tempo in words and in felt beats a minute."""
    beat = score.metre.beat_ticks
    beats = score.beats_per_minute
    direction = SubElement(measure, "direction", placement="above")
    words = _add(SubElement(direction, "direction-type"), "words", f"{tempo_word(beats)} ")
    words.set("font-weight", "bold")
    mark = SubElement(SubElement(direction, "direction-type"), "metronome", parentheses="yes")
    _add(mark, "beat-unit", NAMES.get(beat) or _DOTTED[beat])
    if beat not in NAMES:
        SubElement(mark, "beat-unit-dot")
    _add(mark, "per-minute", round(beats))
    SubElement(direction, "sound", tempo=f"{score.tempos[0].quarters_per_minute:.2f}")


def _write_direction(measure: Element, mark: Direction, start: int, staff: int) -> None:
    """A direction beside what begins at `start`, in ticks of the bar."""
    direction = SubElement(measure, "direction", placement="above" if mark.above else "below")
    kind = SubElement(direction, "direction-type")
    if mark.kind == kinds.DYNAMICS:
        SubElement(SubElement(kind, "dynamics"), mark.text)
    elif mark.kind == kinds.WEDGE:
        SubElement(kind, "wedge", type=mark.text, number="1")
    elif mark.kind == kinds.OCTAVES:
        SubElement(kind, "octave-shift", type=mark.text, size=str(mark.size), number="1")
    else:
        words = _add(kind, "words", mark.text)
        if mark.above:
            words.set("font-style", "italic")
    if mark.tick > start:
        _add(direction, "offset", mark.tick - start)
    if staff:
        _add(direction, "staff", staff)


def _add(parent: Element, tag: str, text: object) -> Element:
    element = SubElement(parent, tag)
    element.text = str(text)
    return element
