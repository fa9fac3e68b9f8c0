"""Drums on a percussion staff: General MIDI's keys in the places that drummers are used to (Weinberg 1998)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.music.score import Metre, Note


@dataclass(frozen=True, slots=True)
class DrumPlace:
    """Where a stroke stands.

    Attributes:
        name: Name of the drum.
        step: Letter of the line or space, as under a treble clef.
        octave: Octave of it.
        head: Shape of the note's head, as MusicXML calls it.
        foot: Whether a foot plays it: then its stem points down.
    """

    name: str
    step: str
    octave: int
    head: str = "normal"
    foot: bool = False


_TABLE = """
35 Acoustic Bass Drum|E4|normal|foot
36 Bass Drum|F4|normal|foot
37 Side Stick|C5|slash
38 Snare|C5|normal
39 Hand Clap|C5|triangle
40 Electric Snare|C5|diamond
41 Low Floor Tom|G4|normal
42 Closed Hi-Hat|G5|x
43 High Floor Tom|A4|normal
44 Pedal Hi-Hat|D4|x|foot
45 Low Tom|B4|normal
46 Open Hi-Hat|G5|circle-x
47 Low-Mid Tom|D5|normal
48 Hi-Mid Tom|E5|normal
49 Crash Cymbal|A5|x
50 High Tom|F5|normal
51 Ride Cymbal|F5|x
52 Chinese Cymbal|B5|x
53 Ride Bell|F5|diamond
54 Tambourine|E5|diamond
55 Splash Cymbal|A5|diamond
56 Cowbell|E5|triangle
57 Second Crash Cymbal|B5|diamond
58 Vibraslap|B4|triangle
59 Second Ride Cymbal|F5|slash
60 High Bongo|E5|slash
61 Low Bongo|D5|slash
62 Mute High Conga|D5|x
63 Open High Conga|D5|diamond
64 Low Conga|B4|diamond
65 High Timbale|E5|cross
66 Low Timbale|D5|cross
67 High Agogo|G5|triangle
68 Low Agogo|F5|triangle
69 Cabasa|G5|diamond
70 Maracas|A5|triangle
71 Short Whistle|B5|triangle
72 Long Whistle|B5|slash
73 Short Guiro|A4|x
74 Long Guiro|A4|slash
75 Claves|B4|x
76 High Wood Block|E5|x
77 Low Wood Block|B4|slash
78 Mute Cuica|A4|diamond
79 Open Cuica|A4|triangle
80 Mute Triangle|A5|slash
81 Open Triangle|A5|circle-x
"""


def _places() -> dict[int, DrumPlace]:
    found = {}
    for row in _TABLE.strip().splitlines():
        key, _, rest = row.partition(" ")
        name, at, head, *foot = rest.split("|")
        found[int(key)] = DrumPlace(name, at[0], int(at[1]), head, foot=bool(foot))
    return found


_PLACES = _places()


def place_of(key: int) -> DrumPlace:
    """Where a General MIDI percussion key stands; one without a place stands with the wood blocks."""
    return _PLACES.get(key, DrumPlace(f"Percussion {key}", "E", 5, "x"))


def hands_and_feet(notes: Iterable[Note], metre: Metre, ticks: int) -> list[list[Note]]:
    """Strokes of hands and of feet, as two voices; each lasts to the next of its voice, at most to the next beat.

    Where feet alone play, or hands, there is one voice.
    """
    strokes = list(notes)
    voices = ([own for own in strokes if place_of(own.pitch).foot is foot] for foot in (False, True))
    return [_lasting(voice, metre, ticks) for voice in voices if voice]


def _lasting(voice: Sequence[Note], metre: Metre, ticks: int) -> list[Note]:
    onsets = [*sorted({own.start for own in voice}), ticks]
    following = dict(pairwise(onsets))
    beat = min(metre.beat_ticks, TICKS_PER_QUARTER)

    def length(own: Note) -> int:
        tick = own.start % metre.bar_ticks
        return max(1, min(following[own.start] - own.start, beat - tick % beat))

    return [replace(own, duration=length(own)) for own in voice]
