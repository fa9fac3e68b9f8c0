"""What the parts of a MusicXML score play: by their MIDI program, or by their name where none is given."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from composer.formats.musicxml.document import texts_of
from composer.formats.part_roles import VOICE

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

_DRUM_CHANNEL = "10"

_NAMES = (
    (r"double ?bass|contrabass(?!oon)|kontrabass|contrebasse|contrabbasso", 43),
    (r"bass guitar|electric bass|e-?bass", 33),
    (r"bass clarinet|clarinet|klarinette|clarinette|clarinetto", 71),
    (r"bassoon|fagott|basson|fagotto", 70),
    (r"trombone|posaune", 57),
    (r"piano|klavier|pianoforte|keyboard", 0),
    (r"harpsichord|cembalo|clavecin", 6),
    (r"organ|orgel|orgue", 19),
    (r"guitar|gitarre|guitare", 24),
    (r"violoncell|cello|celle", 42),
    (r"viola|bratsche|alto \(viola\)", 41),
    (r"violin|geige|violon|fiddle", 40),
    (r"harp|harfe|harpe|arpa", 46),
    (r"timpani|pauken|timbales", 47),
    (r"trumpet|trompete|trompette|tromba|cornet", 56),
    (r"tuba", 58),
    (r"horn|cor\b|corno", 60),
    (r"sax", 65),
    (r"oboe|hautbois", 68),
    (r"piccolo", 72),
    (r"flute|flöte|flûte|flauto", 73),
    (
        r"soprano?|alto?|tenore?|bass[oe]?|bariton|baritone|mezzo|voice|vocal|voix|singstimme|gesang|canto|choir|chor",
        VOICE,
    ),
)
_PATTERNS = tuple((re.compile(rf"\b(?:{words})", re.IGNORECASE), program) for words, program in _NAMES)


@dataclass(frozen=True, slots=True)
class PartInstrument:
    """What a part plays.

    Attributes:
        program: General MIDI program; None where neither a number nor a name says it.
        drums: Whether its channel is that of percussion.
        strokes: Percussion key of each of its instruments that has one.
    """

    program: int | None
    drums: bool
    strokes: dict[str, int] = field(default_factory=dict)


def instruments_in(score: ET.Element) -> dict[str, PartInstrument]:
    """The instrument of each part, by the part's id."""
    return {part.get("id", ""): _instrument_of(part) for part in score.iterfind("part-list/score-part")}


def _instrument_of(part: ET.Element) -> PartInstrument:
    strokes = {}
    for instrument in part.iterfind("midi-instrument"):
        key = next((int(text) for text in texts_of(instrument, "midi-unpitched") if text.isdecimal()), None)
        if key is not None:
            strokes[instrument.get("id", "")] = min(max(key - 1, 0), 127)
    numbers = [int(text) for text in texts_of(part, "midi-instrument/midi-program") if text.isdecimal()]
    names = [*texts_of(part, "score-instrument/instrument-name"), *texts_of(part, "part-name")]
    drums = _DRUM_CHANNEL in texts_of(part, "midi-instrument/midi-channel")
    return PartInstrument(min(numbers[0] - 1, 127) if numbers else _program_named(names), drums, strokes)


def _program_named(names: list[str]) -> int | None:
    return next((program for name in names for pattern, program in _PATTERNS if pattern.search(name)), None)
