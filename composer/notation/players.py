"""What each player reads: staves, clefs and the pitch at which the part is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.notation import clefs

if TYPE_CHECKING:
    from composer.notation.clefs import Clef
    from composer.performance.instruments import Voice


@dataclass(frozen=True, slots=True)
class Transposition:
    """How much lower a part sounds than it is written.

    Attributes:
        semitones: Semitones, an octave's left out.
        steps: Steps of the staff, an octave's left out.
        octaves: Octaves.
        fifths: Sharps that the written key has more than the sounding one.
    """

    semitones: int = 0
    steps: int = 0
    octaves: int = 0
    fifths: int = 0

    @property
    def up(self) -> int:
        """Semitones from the sounding pitch to the written one."""
        return self.semitones + 12 * self.octaves


CONCERT = Transposition()
IN_B_FLAT = Transposition(2, 1, fifths=2)
IN_F = Transposition(7, 4, fifths=1)
IN_E_FLAT = Transposition(9, 5, fifths=3)
OCTAVE_BELOW = Transposition(octaves=1)


@dataclass(frozen=True, slots=True)
class PartReading:
    """How a part is written.

    Attributes:
        clefs: Clefs of its staff, the usual one first; a lower staff has bass clefs first.
        transposition: How much lower it sounds.
        two_staves: Whether its player reads two staves.
    """

    clefs: tuple[Clef, ...]
    transposition: Transposition = CONCERT
    two_staves: bool = False


KEYBOARD = PartReading((clefs.TREBLE, clefs.BASS, clefs.HIGH, clefs.LOW), two_staves=True)
_ALTO = PartReading((clefs.ALTO, clefs.TREBLE))
_BASS = PartReading((clefs.BASS,))
_CELLO = PartReading((clefs.BASS, clefs.TENOR, clefs.TREBLE))
_TREBLE = PartReading((clefs.TREBLE,))
_GUITAR = PartReading((clefs.TREBLE_BELOW,))

_BY_PROGRAM = {
    **dict.fromkeys(range(24, 32), _GUITAR),
    **dict.fromkeys(range(32, 40), PartReading((clefs.BASS,), OCTAVE_BELOW)),
    40: _TREBLE,
    41: _ALTO,
    42: _CELLO,
    43: PartReading((clefs.BASS,), OCTAVE_BELOW),
    47: _BASS,
    56: PartReading((clefs.TREBLE,), IN_B_FLAT),
    57: PartReading((clefs.BASS, clefs.TENOR)),
    58: _BASS,
    60: PartReading((clefs.TREBLE, clefs.BASS), IN_F),
    65: PartReading((clefs.TREBLE,), IN_E_FLAT),
    68: _TREBLE,
    70: PartReading((clefs.BASS, clefs.TENOR)),
    71: PartReading((clefs.TREBLE,), IN_B_FLAT),
    73: _TREBLE,
    **dict.fromkeys(range(80, 88), PartReading((clefs.TREBLE, clefs.BASS))),
}
"""By General MIDI program; whatever is not here is a keyboard, save the sections below."""

_SECTIONS = {
    48: ((55, _TREBLE), (48, _ALTO), (0, _CELLO)),
    52: ((53, _TREBLE), (45, _GUITAR), (0, _BASS)),
}
"""By program, strings and voices: the lowest pitch from which on a section reads so."""


def reading_of(voice: Voice) -> PartReading:
    """How the part of a voice is written."""
    if voice.program in _SECTIONS:
        return next(reading for lowest, reading in _SECTIONS[voice.program] if voice.lowest >= lowest)
    return _BY_PROGRAM.get(voice.program, KEYBOARD)
