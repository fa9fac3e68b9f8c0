"""Timbres: groups of players that sound alike, which in music without metre enter and stop together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from composer.performance.instruments import Voice

if TYPE_CHECKING:
    from composer.performance.instruments import Instrument


class Sliding(IntEnum):
    """Whether players can slide from one pitch to another, and how readily."""

    NEVER = 0
    SOMETIMES = 1
    MOSTLY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Timbre:
    """Players that sound alike.

    Attributes:
        name: Name as it stands in a legend.
        voices: Voices from high to low; each plays what is too low for the one before.
        held: Whether a sound lasts as long as it is held.
        sliding: Whether its players slide.
        drums: General MIDI percussion keys that they strike as well.
    """

    name: str
    voices: tuple[Voice, ...]
    held: bool = True
    sliding: Sliding = Sliding.NEVER
    drums: tuple[int, ...] = ()

    @property
    def lowest(self) -> int:
        """MIDI pitch of its lowest key."""
        return min(voice.lowest for voice in self.voices)

    @property
    def highest(self) -> int:
        """MIDI pitch of its highest key."""
        return max(voice.highest for voice in self.voices)

    def voice_of(self, pitch: int) -> int:
        """Index of the voice that plays a pitch."""
        return next((number for number, voice in enumerate(self.voices) if pitch >= voice.lowest), 0)


_KEYBOARD_SETS = ("Set A", "Set B", "Set C")
"""After *Herma*, whose piano plays three sets of keys."""

_SLIDING_PROGRAMS = frozenset({40, 41, 42, 43, 48, 49, 52, 57, 65})
"""Bowed strings, voices, trombone and saxophone."""

_BOWED = (
    Voice(name="Violins", program=40, lowest=55, highest=100, pan=40, reverb=60),
    Voice(name="Cellos", program=42, lowest=36, highest=76, pan=84, reverb=60),
    Voice(name="Double basses", program=43, lowest=28, highest=60, pan=96, reverb=60),
)
_PLUCKED = Voice(name="Pizzicato", program=45, lowest=28, highest=96, volume=110, pan=70, reverb=55)
_TREMOLO = Voice(name="Tremolo", program=44, lowest=28, highest=96, volume=90, pan=56, reverb=60)
_XYLOPHONE = Voice(name="Xylophone", program=13, lowest=60, highest=108, volume=95, pan=100, reverb=50)
_WOOD = (76, 77)
_DRUMS = (*_WOOD, 36, 41, 45, 48)

_STRINGS = (
    Timbre(name="Bowed", voices=_BOWED, sliding=Sliding.SOMETIMES),
    Timbre(name="Tremolo", voices=(_TREMOLO,)),
    Timbre(name="Plucked", voices=(_PLUCKED,), held=False),
    Timbre(name="Glissandi", voices=_BOWED, sliding=Sliding.MOSTLY),
)

_BY_INSTRUMENT: dict[str, tuple[Timbre, ...]] = {
    # Achorripsis: 7 timbres of 21 players.
    "orchestra": (
        Timbre(
            name="Flutes",
            voices=(Voice(name="Flutes", program=73, lowest=60, highest=103, volume=80, pan=48, reverb=60),),
        ),
        Timbre(
            name="Reeds",
            voices=(
                Voice(name="Oboe", program=68, lowest=70, highest=93, volume=65, pan=56, reverb=60),
                Voice(name="Clarinets", program=71, lowest=38, highest=88, volume=65, pan=72, reverb=60),
            ),
        ),
        Timbre(name="Glissandi", voices=_BOWED, sliding=Sliding.MOSTLY),
        Timbre(name="Percussion", voices=(_XYLOPHONE,), held=False, drums=_DRUMS),
        Timbre(name="Pizzicato", voices=(_PLUCKED,), held=False),
        Timbre(
            name="Brass",
            voices=(
                Voice(name="Trumpets", program=56, lowest=58, highest=86, volume=68, pan=30, reverb=60),
                Voice(name="Trombones", program=57, lowest=30, highest=67, volume=68, pan=98, reverb=60),
            ),
        ),
        Timbre(
            name="Bowed",
            voices=(Voice(name="Strings", program=48, lowest=28, highest=100, volume=85, reverb=65),),
            sliding=Sliding.SOMETIMES,
        ),
    ),
    "quartet": _STRINGS,
    # Pithoprakta: strings, two trombones, xylophone and wood block.
    "strings": (
        *_STRINGS,
        Timbre(
            name="Trombones",
            voices=(Voice(name="Trombones", program=57, lowest=34, highest=72, volume=70, pan=98, reverb=60),),
            sliding=Sliding.SOMETIMES,
        ),
        Timbre(name="Wood", voices=(_XYLOPHONE,), held=False, drums=_WOOD),
    ),
}


def timbres_of(instrument: Instrument) -> tuple[Timbre, ...]:
    """The timbres of a preset, at least two.

    A keyboard has one for each of three sets of keys. Any other preset that is not told of here has one for each
    voice, and another one for each that can slide.
    """
    if instrument.name in _BY_INSTRUMENT:
        return _BY_INSTRUMENT[instrument.name]
    if instrument.two_hands:
        return tuple(Timbre(name=name, voices=(instrument.melody,)) for name in _KEYBOARD_SETS)
    voices = {voice.program: voice for voice in (instrument.bass, instrument.accompaniment, instrument.melody)}
    plain = [Timbre(name=voice.name, voices=(voice,), sliding=_sliding(voice)) for voice in voices.values()]
    slid = [voice for voice in voices.values() if _sliding(voice)]
    return (*plain, *(Timbre(name=f"{one.name}, gliding", voices=(one,), sliding=Sliding.MOSTLY) for one in slid))


def _sliding(voice: Voice) -> Sliding:
    return Sliding.SOMETIMES if voice.program in _SLIDING_PROGRAMS else Sliding.NEVER
