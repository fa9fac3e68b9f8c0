"""Chord symbols as people write them: C, F#m7, Bbmaj7, Ebdim."""

from __future__ import annotations

import re

from composer.music.chord_symbol import ChordSymbol, Quality
from composer.music.score import PITCH_CLASSES

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_WITH_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_WITH_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

_SUFFIXES = {
    Quality.MAJOR: ("", "maj", "M", "6", "add9"),
    Quality.MINOR: ("m", "min", "-", "m6"),
    Quality.DIMINISHED: ("dim", "°", "o"),
    Quality.DOMINANT_SEVENTH: ("7", "9", "13"),
    Quality.MAJOR_SEVENTH: ("maj7", "M7", "Δ", "maj9"),
    Quality.MINOR_SEVENTH: ("m7", "min7", "-7", "m9"),
    Quality.HALF_DIMINISHED: ("m7b5", "ø", "ø7", "m7♭5"),
    Quality.DIMINISHED_SEVENTH: ("dim7", "°7", "o7"),
    Quality.AUGMENTED: ("aug", "+"),
    Quality.SUSPENDED: ("sus4", "sus"),
}
"""How each quality is written, ours first. A sixth or ninth is taken for the chord below it."""

_QUALITIES = {suffix: quality for quality, suffixes in _SUFFIXES.items() for suffix in suffixes}
_PATTERN = re.compile(r"(?P<letter>[A-Ga-g])(?P<accidental>[#♯b♭]?)(?P<suffix>.*)")


def parse_chord(text: str) -> ChordSymbol:
    """The chord that a text names.

    Raises:
        ValueError: If it names none that is known.
    """
    match = _PATTERN.fullmatch(text)
    quality = _QUALITIES.get(match["suffix"]) if match else None
    if match is None or quality is None:
        raise ValueError(f"no chord {text!r}")
    root = (_LETTERS[match["letter"].upper()] + _ACCIDENTALS[match["accidental"]]) % PITCH_CLASSES
    return ChordSymbol(root, quality)


def spell_chord(symbol: ChordSymbol, *, sharps: bool = False) -> str:
    """The chord as people write it, with flats unless sharps are asked for."""
    names = _WITH_SHARPS if sharps else _WITH_FLATS
    return names[symbol.root] + _SUFFIXES[symbol.quality][0]
