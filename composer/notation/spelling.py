"""How keys and pitches are spelled: G sharp or A flat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.music.analysis import signature_of
from composer.music.score import PITCH_CLASSES, Mode

if TYPE_CHECKING:
    from composer.music.score import Key

_LETTERS = "FCGDAEB"
_MOST_SHARPS = 5
_FLATWARDS = {Mode.MAJOR: 3, Mode.MINOR: 2}
"""How many of the twelve pitch classes lie flatwards of the signature's major tonic on the circle of fifths.

C major goes from E flat to G sharp, A minor, which sharpens its sixth and seventh, from B flat to D sharp.
"""


def signature(key: Key) -> int:
    """Sharps (positive) or flats (negative) with which a key is written, -6 to 5: six are written as flats."""
    accidentals = signature_of(key)
    return accidentals if accidentals <= _MOST_SHARPS else accidentals - PITCH_CLASSES


def spelled(pitch: int, key: Key) -> tuple[str, int, int]:
    """Letter, alteration in semitones and octave of a MIDI pitch where it stands in `key`: 61 in D minor is C, 1, 4.

    The octave is that of the letter, so that B sharp 3 and C 4 are one pitch.
    """
    lowest = signature(key) - _FLATWARDS[key.mode]
    fifths = lowest + (pitch * 7 - lowest) % PITCH_CLASSES
    alteration = (fifths + 1) // len(_LETTERS)
    return _LETTERS[(fifths + 1) % len(_LETTERS)], alteration, (pitch - alteration) // PITCH_CLASSES - 1
