"""One part of a MusicXML score -> its staves' notes and its marks, measure by measure.

Source: "MusicXML 4.0", W3C Community Group, musicxml elements `note`, `backup`, `attributes`, `direction`, `barline`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from composer.formats.dynamics import VELOCITIES
from composer.formats.musicxml.abbreviations import AbbreviationReader, write_out
from composer.formats.musicxml.document import texts_of
from composer.formats.musicxml.written_note import BEATS, Staff, WrittenNote
from composer.formats.sections import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET

    from composer.formats.musicxml.instruments import PartInstrument

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_DRUMS_ON_LINES = {"F4": 36, "G4": 36, "A4": 43, "C5": 38, "D5": 47, "E5": 48, "F5": 51, "G5": 42, "A5": 49, "D4": 44}
"""General MIDI percussion by the place on the staff where it is usually written; the snare is any other's."""

_SNARE = 38
_FORTE = 90
"""MIDI velocity of which a loudness that is to be played is a percentage."""


@dataclass(slots=True)
class PartReader:
    """Reads the measures of a part.

    Attributes:
        instrument: What it plays.
        lengths: Quarters that each measure lasts, as far as this part says.
        sounds: Whether each measure has a note; rests of whole measures are often written too long.
        notes: Notes of each staff.
        dynamics: Dynamics of each staff: measure, place and name.
        sung: Whether words stand under its notes.
        transpositions: Semitones of each staff, 0 the part's, from what is written to what sounds.
        metres, keys, tempos: Measure, place and what begins there; sharps of keys, quarters a minute of tempos.
        endings: Measures that alternative endings begin and end with.
    """

    instrument: PartInstrument
    lengths: list[Fraction] = field(default_factory=list)
    sounds: list[bool] = field(default_factory=list)
    notes: dict[Staff, list[WrittenNote]] = field(default_factory=lambda: defaultdict(list))
    dynamics: dict[int, list[tuple[int, Fraction, str]]] = field(default_factory=lambda: defaultdict(list))
    sung: bool = False
    transpositions: dict[int, int] = field(default_factory=dict)
    metres: list[tuple[int, Fraction, tuple[int, int]]] = field(default_factory=list)
    keys: list[tuple[int, Fraction, int]] = field(default_factory=list)
    tempos: list[tuple[int, Fraction, float]] = field(default_factory=list)
    endings: list[tuple[int, int]] = field(default_factory=list)
    _divisions: Fraction = Fraction(1)
    _now: Fraction = Fraction(0)
    _struck: Fraction = Fraction(0)
    _percussion: set[int] = field(default_factory=set)
    _ending: int | None = None
    _abbreviations: AbbreviationReader = field(default_factory=AbbreviationReader)

    def read(self, measure: ET.Element) -> None:
        """Take in the next measure."""
        number = len(self.lengths)
        self._now = self._struck = longest = Fraction(0)
        for element in measure:
            match element.tag:
                case "note":
                    self._note(element, number)
                case "backup":
                    self._now = max(self._now - self._duration(element), Fraction(0))
                case "forward":
                    self._now += self._duration(element)
                case "attributes":
                    self._attributes(element, number)
                case "direction" | "sound":
                    self._direction(element, number)
                case "barline":
                    self._barline(element, number)
            longest = max(longest, self._now)
        self.lengths.append(longest)
        self.sounds.append(any(note.find("rest") is None for note in measure.iterfind("note")))

    def finish(self) -> None:
        """Write out what signs of abbreviation repeat, when all measures are read."""
        self._abbreviations.finish(len(self.lengths))
        write_out(self.notes, self._abbreviations.found, self.lengths)

    def _duration(self, element: ET.Element) -> Fraction:
        return max(_number(element, "duration", Fraction(0)) / self._divisions, Fraction(0))

    def _note(self, note: ET.Element, measure: int) -> None:
        if note.find("grace") is not None:
            return
        quarters = self._duration(note)
        if note.find("chord") is None:
            self._struck, self._now = self._now, self._now + quarters
        self.sung = self.sung or note.find("lyric") is not None
        staff = int(_number(note, "staff", Fraction(1)))
        for name in _named(note.find("notations/dynamics")):
            self.dynamics[staff].append((measure, self._struck, name))
        # A slash as a note's head stands for a rhythm, and for no pitch.
        if note.find("cue") is not None or quarters == 0 or "slash" in texts_of(note, "notehead"):
            return
        ties = {tie.get("type") for tie in note.iterfind("tie")}
        found = self._key_of(note, staff)
        if found is not None:
            pitch, drums = found
            written = WrittenNote(measure, self._struck, quarters, pitch, "stop" in ties, "start" in ties)
            self.notes[staff, drums].append(written)

    def _key_of(self, note: ET.Element, staff: int) -> tuple[int, bool] | None:
        """MIDI key of a note that sounds, and whether it is percussion; None for a rest."""
        instrument = note.find("instrument")
        stroke = self.instrument.strokes.get(instrument.get("id", "")) if instrument is not None else None
        pitch, unpitched = note.find("pitch"), note.find("unpitched")
        if pitch is not None:
            if staff in self._percussion and not self.instrument.drums:
                return (_stroke_at(pitch, "step", "octave") if stroke is None else stroke), True
            if self.instrument.drums:
                return (_height(pitch, "step", "octave") if stroke is None else stroke), True
            alter = round(_number(pitch, "alter", Fraction(0)))
            return _height(pitch, "step", "octave") + alter + self._transposition(staff), False
        if unpitched is None:
            return None
        return (_stroke_at(unpitched, "display-step", "display-octave") if stroke is None else stroke), True

    def _transposition(self, staff: int) -> int:
        return self.transpositions.get(staff, self.transpositions.get(0, 0))

    def _attributes(self, attributes: ET.Element, measure: int) -> None:
        self._divisions = _number(attributes, "divisions", self._divisions)
        if self._divisions <= 0:
            raise Refused("unreadable: no divisions in a quarter")
        for clef in attributes.iterfind("clef"):
            staff = int(number) if (number := clef.get("number", "")).isdecimal() else 1
            (self._percussion.add if "percussion" in texts_of(clef, "sign") else self._percussion.discard)(staff)
        for transpose in attributes.iterfind("transpose"):
            semitones = _number(transpose, "chromatic", Fraction(0))
            octaves = _number(transpose, "octave-change", Fraction(0))
            self.transpositions[int(transpose.get("number") or 0)] = round(semitones + 12 * octaves)
        for sharps in texts_of(attributes, "key/fifths"):
            if sharps.lstrip("+-").isdecimal():
                self.keys.append((measure, self._now, int(sharps)))
        for style in attributes.iterfind("measure-style"):
            self._abbreviations.read(style, measure, self._now)
        for time in attributes.iterfind("time"):
            metre = _metre_of(time)
            if metre is not None:
                self.metres.append((measure, self._now, metre))

    def _direction(self, direction: ET.Element, measure: int) -> None:
        at = self._now + _number(direction, "offset", Fraction(0)) / self._divisions
        staff = int(_number(direction, "staff", Fraction(1)))
        for name in [*_named(direction.find("direction-type/dynamics"))] or _played_as(direction):
            self.dynamics[staff].append((measure, at, name))
        tempo = next(_tempos_of(direction), None)
        if tempo is not None:
            self.tempos.append((measure, at, tempo))

    def _barline(self, barline: ET.Element, measure: int) -> None:
        for ending in barline.iterfind("ending"):
            if ending.get("type") == "start":
                self._ending = measure
            elif self._ending is not None:
                self.endings.append((self._ending, measure))
                self._ending = None


def _number(element: ET.Element, path: str, otherwise: Fraction) -> Fraction:
    """The number at a path; what is no number is passed over."""
    for text in texts_of(element, path):
        try:
            return Fraction(text[:32])
        except (ValueError, ZeroDivisionError):
            continue
    return otherwise


def _stroke_at(element: ET.Element, step: str, octave: str) -> int:
    """The percussion that is usually written at a place of the staff."""
    return _DRUMS_ON_LINES.get("".join([*texts_of(element, step), *texts_of(element, octave)]), _SNARE)


def _height(element: ET.Element, step: str, octave: str) -> int:
    letters = [letter for letter in texts_of(element, step) if letter in _STEPS]
    return _STEPS[letters[0] if letters else "C"] + 12 * (int(_number(element, octave, Fraction(4))) + 1)


def _metre_of(time: ET.Element) -> tuple[int, int] | None:
    """A time signature; sums such as 3+2 over 8, or 2/4 + 3/8, become one fraction."""
    parts = list(zip(texts_of(time, "beats"), texts_of(time, "beat-type"), strict=False))
    counts = [(above.split("+"), below) for above, below in parts]
    if not counts or not all(below.isdecimal() and int(below) for _, below in counts):
        return None
    if not all(count.strip().isdecimal() for above, _ in counts for count in above):
        return None
    unit = max(int(below) for _, below in counts)
    beats = sum(Fraction(unit, int(below)) * sum(map(int, above)) for above, below in counts)
    return (int(beats), unit) if beats > 0 and beats.denominator == 1 else None


def _named(dynamics: ET.Element | None) -> Iterator[str]:
    if dynamics is not None:
        yield from (mark.tag for mark in dynamics if mark.tag in VELOCITIES or mark.tag in {"fp", "sfp", "sfpp"})


def _played_as(direction: ET.Element) -> list[str]:
    """The dynamic nearest to the loudness that is to be played, in percent of a forte of 90."""
    sound = direction if direction.tag == "sound" else direction.find("sound")
    percent = None if sound is None else _fraction(sound.get("dynamics", ""))
    return [] if percent is None else [min(VELOCITIES, key=lambda name: abs(VELOCITIES[name] - percent * _FORTE / 100))]


def _tempos_of(direction: ET.Element) -> Iterator[float]:
    """Quarters a minute that are to be played, or are written."""
    sounds = [direction] if direction.tag == "sound" else direction.iterfind("sound")
    for sound in sounds:
        tempo = _fraction(sound.get("tempo", ""))
        if tempo is not None and tempo > 0:
            yield float(tempo)
    for mark in direction.iterfind("direction-type/metronome"):
        beat = next((BEATS[text] for text in texts_of(mark, "beat-unit") if text in BEATS), None)
        dotted = Fraction(3, 2) if mark.find("beat-unit-dot") is not None else 1
        per_minute = _number(mark, "per-minute", Fraction(0))
        if beat is not None and per_minute > 0:
            yield float(beat * dotted * per_minute)


def _fraction(text: str) -> Fraction | None:
    try:
        return Fraction(text.strip()[:32])
    except (ValueError, ZeroDivisionError):
        return None
