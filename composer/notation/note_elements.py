"""Chords and rests as elements of MusicXML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from composer.notation.accidentals import SIGNS
from composer.notation.drums import place_of
from composer.notation.rhythm.beams import beams_of, flags_of
from composer.notation.rhythm.values import NAMES, QUARTER
from composer.notation.staff import name_of_stroke

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from composer.music.score import Metre, Note
    from composer.notation.rhythm.engraving import Written
    from composer.notation.staff import Name

_ACCENT = 22
"""By so much velocity a note stands out of its bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceBar:
    """A voice's bar with all that is needed to print it.

    Attributes:
        written: Its chords and rests.
        metre: Metre of the bar.
        voice: Number of the voice in its part, from 1 on.
        staff: Number of its staff, 0 where the part has only one.
        stem: "up" or "down"; empty where programs may choose.
        names: How its notes are spelled; empty of drums.
        signs: (index, pitch) -> whether its accidental only reminds.
        slurs: Index -> "start" and "stop".
        part_id: Id of its part.
        usual: Mean velocity of the bar's notes.
    """

    written: Sequence[Written]
    metre: Metre
    voice: int
    staff: int = 0
    stem: str = ""
    names: Mapping[Note, Name] = field(default_factory=dict)
    signs: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    slurs: Mapping[int, Sequence[str]] = field(default_factory=dict)
    part_id: str = ""
    usual: float = 127.0


def note_elements(line: VoiceBar) -> Iterator[tuple[int, list[Element]]]:
    """(tick from the beginning of the bar, elements) of every chord and rest of a voice's bar."""
    beams = beams_of(line.written, line.metre)
    bracketed = _unbeamed_triplets(line.written, beams)
    for index, own in enumerate(line.written):
        distinct = {note.pitch: note for note in own.notes}
        notes: list[Note | None] = [distinct[pitch] for pitch in sorted(distinct)] or [None]
        elements = []
        for place, note in enumerate(notes):
            element = Element("note")
            _sounding(element, own, note, line, chord=place > 0)
            _printed(element, own, note, line, index, beams.get(index, ()) if place == 0 else ())
            _notations(element, own, line, index, first=place == 0, bracket=own.start in bracketed)
            elements.append(element)
        yield own.start, elements


def _sounding(element: Element, own: Written, note: Note | None, line: VoiceBar, *, chord: bool) -> None:
    """Pitch, duration and ties, as programs play them."""
    if chord:
        SubElement(element, "chord")
    if note is None:
        rest = SubElement(element, "rest")
        if own.duration == line.metre.bar_ticks:
            rest.set("measure", "yes")
    elif line.names:
        _pitch(SubElement(element, "pitch"), line.names[note])
    else:
        name = name_of_stroke(note)
        unpitched = SubElement(element, "unpitched")
        _add(unpitched, "display-step", name.letter)
        _add(unpitched, "display-octave", name.octave)
    _add(element, "duration", own.duration)
    if note is not None:
        for kind, tied in (("stop", own.tied_back), ("start", own.tied)):
            if tied:
                SubElement(element, "tie", type=kind)
        if not line.names:
            SubElement(element, "instrument", id=f"{line.part_id}-I{note.pitch}")


def _pitch(element: Element, name: Name) -> None:
    _add(element, "step", name.letter)
    if name.alteration:
        _add(element, "alter", name.alteration)
    _add(element, "octave", name.octave)


def _printed(
    element: Element, own: Written, note: Note | None, line: VoiceBar, index: int, beams: Sequence[str]
) -> None:
    """Voice, value, signs, stem, staff and beams, as people read them."""
    _add(element, "voice", line.voice)
    if note is not None or own.duration != line.metre.bar_ticks:
        _value(element, own)
    if note is not None and (reminds := line.signs.get((index, note.pitch))) is not None:
        sign = _add(element, "accidental", SIGNS[line.names[note].alteration])
        if reminds:
            sign.set("cautionary", "yes")
    if own.triplet:
        ratio = SubElement(element, "time-modification")
        _add(ratio, "actual-notes", 3)
        _add(ratio, "normal-notes", 2)
    if note is not None and line.stem:
        _add(element, "stem", line.stem)
    if note is not None and not line.names and (head := place_of(note.pitch).head) != "normal":
        _add(element, "notehead", head)
    if line.staff:
        _add(element, "staff", line.staff)
    for level, word in enumerate(beams, start=1):
        _add(element, "beam", word).set("number", str(level))


def _value(element: Element, own: Written) -> None:
    ticks = own.duration * 3 // 2 if own.triplet else own.duration
    dotted = ticks not in NAMES
    _add(element, "type", NAMES[ticks * 2 // 3] if dotted else NAMES[ticks])
    if dotted:
        SubElement(element, "dot")


def _notations(element: Element, own: Written, line: VoiceBar, index: int, *, first: bool, bracket: bool) -> None:
    notations = Element("notations")
    if own.notes:
        for kind, tied in (("stop", own.tied_back), ("start", own.tied)):
            if tied:
                SubElement(notations, "tied", type=kind)
    if first:
        for kind in line.slurs.get(index, ()):
            SubElement(notations, "slur", type=kind, number="1")
        if own.bracket:
            tuplet = SubElement(notations, "tuplet", type=own.bracket, number="1")
            if own.bracket == "start":
                tuplet.set("bracket", "yes" if bracket else "no")
                tuplet.set("show-number", "actual")
        _articulations(notations, own, line)
    if len(notations):
        element.append(notations)


def _articulations(notations: Element, own: Written, line: VoiceBar) -> None:
    if not own.notes or own.tied_back or not line.names:
        return
    accent = max(note.velocity for note in own.notes) >= line.usual + _ACCENT
    if accent or own.staccato:
        signs = SubElement(notations, "articulations")
        if accent:
            SubElement(signs, "accent")
        if own.staccato:
            SubElement(signs, "staccato")


def _unbeamed_triplets(written: Sequence[Written], beams: Mapping[int, Sequence[str]]) -> set[int]:
    """Where triplets begin that need a bracket, because not all of their notes are under one beam."""
    found, inside = set[int](), list[int]()
    for index, own in enumerate(written):
        if not own.triplet:
            continue
        inside = [index] if own.bracket == "start" else [*inside, index]
        if own.bracket == "stop" or own.duration > QUARTER:
            words = [beams.get(place, ("",))[0] for place in inside]
            whole = words[0] == "begin" and words[-1] == "end" and all(flags_of(written[place]) for place in inside)
            if not whole:
                found.add(written[inside[0]].start)
    return found


def _add(parent: Element, tag: str, text: object) -> Element:
    element = SubElement(parent, tag)
    element.text = str(text)
    return element
