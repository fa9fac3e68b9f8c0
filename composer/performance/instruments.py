"""What a piece can be played on: presets of General MIDI sounds."""

from __future__ import annotations

from dataclasses import dataclass

from composer.errors import unknown_name
from composer.music.score import PITCHES

OCTAVE = 12

_CONTROLS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One sound that plays one part.

    Attributes:
        name: Name of its track and staff.
        program: General MIDI program, 0-127.
        lowest: MIDI pitch below which it sounds forced.
        highest: MIDI pitch above which it does.
        volume: Controller 7, 0-127. In FluidR3 winds, bowed strings and organs are some 8 dB louder than the piano.
        pan: Controller 10: 0 is left, 64 in the middle, 127 right.
        reverb: Controller 91, 0-127.
        pedal: Whether it has a pedal that lifts its dampers.
        rolled: Whether its sound dies so fast that players strike a final chord again and again.
    """

    name: str
    program: int
    lowest: int
    highest: int
    volume: int = 100
    pan: int = 64
    reverb: int = 40
    pedal: bool = False
    rolled: bool = False

    def __post_init__(self) -> None:
        """Refuse what no synthesiser knows, and ranges into which not every note can be moved by octaves."""
        if not all(0 <= value < _CONTROLS for value in (self.program, self.volume, self.pan, self.reverb)):
            raise ValueError(f"{self.name}: program, volume, pan and reverb must be in 0-127")
        if not 0 <= self.lowest <= self.highest + 1 - OCTAVE <= PITCHES - OCTAVE:
            raise ValueError(f"{self.name}: no octave between pitches {self.lowest} and {self.highest}")


DRUMS = Voice(name="Drums", program=0, lowest=0, highest=PITCHES - 1, volume=90)
"""The standard kit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A voice for each part.

    Attributes:
        name: Name by which people ask for it.
        melody: Plays MELODY.
        accompaniment: Plays ACCOMPANIMENT, or the lowest of its notes where others share it.
        bass: Plays BASS, and what is too low for the accompaniment's voice.
        drums: Plays DRUMS; its program is the kit.
        inner: Share ACCOMPANIMENT with its voice, from high to low.
        timpani: Strike with the bass where it is loud; None where there are none.
        solo: Whether the melody's voice plays one note at a time; other notes of MELODY go to the accompaniment.
        two_hands: Whether melody and accompaniment are one player's hands, written on two staves that belong together.
        of_style: Whether it comes with a style: in a chat, where lists are short, one asks for the style.
    """

    name: str
    melody: Voice
    accompaniment: Voice
    bass: Voice
    drums: Voice = DRUMS
    inner: tuple[Voice, ...] = ()
    timpani: Voice | None = None
    solo: bool = False
    two_hands: bool = False
    of_style: bool = False

    @property
    def label(self) -> str:
        """Its name as it stands beside a staff: Music box."""
        return _label(self.name)


def _keyboard(
    name: str,
    program: int,
    keys: tuple[int, int] = (21, 108),
    *,
    left: int = 100,
    pedal: bool = False,
    rolled: bool = False,
) -> Instrument:
    """One player with two hands; `left` is the volume of the left one."""
    lowest, highest = keys
    label = _label(name)

    def hand(side: str, volume: int) -> Voice:
        return Voice(
            name=f"{label}, {side}",
            program=program,
            lowest=lowest,
            highest=highest,
            volume=volume,
            pedal=pedal,
            rolled=rolled,
        )

    return Instrument(
        name=name,
        melody=hand("right hand", 100),
        accompaniment=hand("left hand", left),
        bass=hand("bass", left),
        two_hands=True,
    )


def _label(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _solo(name: str, program: int, *, lowest: int, highest: int, volume: int) -> Instrument:
    """One instrument that sings over a piano, a little to the left of it."""
    melody = Voice(name=_label(name), program=program, lowest=lowest, highest=highest, volume=volume, pan=54, reverb=60)
    piano = Voice(name="Piano", program=0, lowest=21, highest=108, volume=95, pan=70, pedal=True)
    bass = Voice(name="Piano, bass", program=0, lowest=21, highest=108, volume=95, pan=70, pedal=True)
    return Instrument(name=name, melody=melody, accompaniment=piano, bass=bass, solo=True)


def _ensemble(
    name: str, melody: Voice, *others: Voice, timpani: Voice | None = None, drums: Voice = DRUMS
) -> Instrument:
    """Several players, from high to low: the last one plays the bass."""
    *inner, accompaniment, bass = others
    return Instrument(
        name=name,
        melody=melody,
        accompaniment=accompaniment,
        bass=bass,
        drums=drums,
        inner=tuple(inner),
        timpani=timpani,
    )


PIANO = _keyboard("piano", 0, pedal=True)

CHIPTUNE = Instrument(
    name="chiptune",
    melody=Voice(name="Pulse wave I", program=80, lowest=45, highest=100, volume=85, pan=56, reverb=0),
    accompaniment=Voice(name="Pulse wave II", program=80, lowest=45, highest=100, volume=60, pan=76, reverb=0),
    bass=Voice(name="Triangle wave", program=38, lowest=28, highest=67, reverb=0),
    drums=Voice(name="Noise", program=24, lowest=0, highest=PITCHES - 1, volume=90, reverb=0),
    solo=True,
    of_style=True,
)
"""What `composer.chip` plays; the programs are the nearest of General MIDI, for whatever else reads a file."""

LOFI = Instrument(
    name="lofi",
    melody=Voice(
        name="Electric piano, tune", program=4, lowest=40, highest=96, volume=88, pan=54, reverb=45, pedal=True
    ),
    accompaniment=Voice(name="Electric piano, chords", program=4, lowest=40, highest=96, volume=84, pan=74, reverb=40),
    bass=Voice(name="Bass", program=33, lowest=28, highest=60, volume=88, reverb=10),
    drums=Voice(name="Drums", program=0, lowest=0, highest=PITCHES - 1, volume=72, reverb=20),
    of_style=True,
)
"""Its sound is softened, see `composer.audio.softening`."""

FIDDLE = Instrument(
    name="fiddle",
    melody=Voice(name="Fiddle", program=40, lowest=55, highest=100, volume=88, pan=52, reverb=45),
    accompaniment=Voice(name="Guitar", program=25, lowest=40, highest=84, volume=92, pan=78, reverb=30),
    bass=Voice(name="Guitar, bass", program=25, lowest=40, highest=76, volume=96, pan=78, reverb=30),
    solo=True,
    of_style=True,
)

INSTRUMENTS = (
    PIANO,
    _keyboard("electric-piano", 4, left=90, pedal=True),
    _keyboard("harpsichord", 6, (29, 96), left=90),
    _keyboard("organ", 19, (36, 96), left=85),
    _keyboard("accordion", 21, (41, 93), left=80),
    _keyboard("celesta", 8, (48, 108), left=90, rolled=True),
    _keyboard("music-box", 10, (60, 108), left=85, rolled=True),
    _keyboard("vibraphone", 11, (48, 96), left=90, pedal=True),
    _keyboard("marimba", 12, (36, 96), left=85, rolled=True),
    _keyboard("guitar", 24, (40, 88), left=80),
    _keyboard("harp", 46, (24, 103), left=80),
    _ensemble(
        "strings",
        Voice(name="Violins I", program=48, lowest=55, highest=100, pan=40, reverb=60),
        Voice(name="Violins II", program=48, lowest=55, highest=93, volume=80, pan=54, reverb=60),
        Voice(name="Violas", program=48, lowest=48, highest=84, volume=80, pan=72, reverb=60),
        Voice(name="Cellos", program=48, lowest=28, highest=76, volume=90, pan=84, reverb=60),
    ),
    _ensemble(
        "quartet",
        Voice(name="Violin I", program=40, lowest=55, highest=100, pan=36, reverb=55),
        Voice(name="Violin II", program=40, lowest=55, highest=93, volume=75, pan=54, reverb=55),
        Voice(name="Viola", program=41, lowest=48, highest=84, volume=80, pan=74, reverb=55),
        Voice(name="Cello", program=42, lowest=36, highest=76, volume=95, pan=90, reverb=55),
    ),
    _ensemble(
        "choir",
        Voice(name="Sopranos", program=52, lowest=57, highest=84, pan=50, reverb=75),
        Voice(name="Altos", program=52, lowest=53, highest=76, volume=80, pan=76, reverb=75),
        Voice(name="Tenors", program=52, lowest=47, highest=69, volume=80, pan=90, reverb=75),
        Voice(name="Basses", program=52, lowest=36, highest=64, volume=90, reverb=75),
    ),
    _ensemble(
        "brass",
        Voice(name="Trumpet", program=56, lowest=54, highest=84, pan=50, reverb=60),
        Voice(name="Horns", program=60, lowest=46, highest=77, volume=70, pan=78, reverb=60),
        Voice(name="Tuba", program=58, lowest=26, highest=60, volume=70, reverb=60),
    ),
    _ensemble(
        "woodwinds",
        Voice(name="Flute", program=73, lowest=60, highest=96, pan=48, reverb=55),
        Voice(name="Clarinet", program=71, lowest=50, highest=86, volume=65, pan=78, reverb=55),
        Voice(name="Bassoon", program=70, lowest=34, highest=70, volume=85, reverb=55),
    ),
    _ensemble(
        "orchestra",
        Voice(name="Violins", program=48, lowest=55, highest=100, pan=44, reverb=65),
        Voice(name="Flutes", program=73, lowest=60, highest=96, volume=68, pan=58, reverb=65),
        Voice(name="Clarinets", program=71, lowest=50, highest=86, volume=58, pan=70, reverb=65),
        Voice(name="Violas", program=48, lowest=48, highest=84, volume=85, pan=76, reverb=65),
        Voice(name="Horns", program=60, lowest=46, highest=77, volume=60, pan=50, reverb=65),
        Voice(name="Cellos and basses", program=48, lowest=28, highest=67, volume=95, pan=84, reverb=65),
        timpani=Voice(name="Timpani", program=47, lowest=41, highest=53, volume=80, pan=64, reverb=65),
    ),
    _ensemble(
        "band",
        Voice(name="Electric guitar", program=27, lowest=40, highest=88, volume=92, pan=36, reverb=45),
        Voice(name="Overdriven guitar", program=29, lowest=40, highest=86, volume=70, pan=94),
        Voice(name="Electric bass", program=33, lowest=28, highest=60, volume=90, reverb=15),
    ),
    _ensemble(
        "synth",
        Voice(name="Synth lead", program=81, lowest=48, highest=96, volume=80, pan=44, reverb=60),
        Voice(name="Synth chords", program=90, lowest=43, highest=96, volume=72, pan=88, reverb=50),
        Voice(name="Synth bass", program=38, lowest=28, highest=60, volume=95, reverb=10),
        drums=Voice(name="Electronic drums", program=24, lowest=0, highest=PITCHES - 1, volume=90),
    ),
    _solo("flute", 73, lowest=60, highest=96, volume=80),
    _solo("oboe", 68, lowest=58, highest=91, volume=72),
    _solo("clarinet", 71, lowest=50, highest=91, volume=66),
    _solo("saxophone", 65, lowest=49, highest=81, volume=72),
    _solo("violin", 40, lowest=55, highest=100, volume=84),
    _solo("cello", 42, lowest=36, highest=79, volume=90),
    CHIPTUNE,
    LOFI,
    FIDDLE,
)
"""What can be asked for; the piano is what plays when nothing is."""

OFFERED = tuple(instrument.name for instrument in INSTRUMENTS if not instrument.of_style)
"""Names that are offered wherever a list has to be short."""

_BY_NAME = {instrument.name: instrument for instrument in INSTRUMENTS}


def find(name: str) -> Instrument:
    """The preset of that name; case and the kind of gap between words do not matter.

    Raises:
        RequestError: If there is none; it names the nearest, or all of them.
    """
    plain = "-".join(name.lower().replace("_", " ").replace("-", " ").split())
    if plain in _BY_NAME:
        return _BY_NAME[plain]
    raise unknown_name("an instrument", name, list(_BY_NAME), read_as=plain)
