"""What was counted in tunes: which bars come back, and their chords, rhythms and steps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from composer.grammar.chords import chord_of, scale_under
from composer.music.score import PITCH_CLASSES, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from composer.grammar.chords import Chord
    from composer.music.score import Key

FILE = Path(__file__).with_name("counted.json")

PART = 8
"""Bars of a part, after which a tune turns."""

SPANS = 2
"""Chords in a bar: each half has one."""

DEGREES = 7
"""Degrees in an octave of a scale."""

FARTHEST = 7
"""Degrees of the widest interval that is told apart."""

CHORDS: Mapping[str, Mapping[Mode, tuple[str, ...]]] = {
    "folk": {Mode.MAJOR: ("I", "ii", "IV", "V", "vi"), Mode.MINOR: ("i", "III", "iv", "V", "VI", "VII")},
    "rag": {Mode.MAJOR: ("I", "ii", "IV", "V7", "vi", "V7/ii", "V7/V", "V7/vi")},
}
"""Chords that are told apart in each kind of music."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What was counted in one kind of tune, in one mode.

    Attributes:
        values: See `training.dances.counting`.
    """

    values: Mapping[str, Any]

    def forms(self) -> dict[str, float]:
        """Letters of the bars of a part: equal letters are equal bars."""
        return dict(self.values["forms"])

    def rhythms(self, *, closing: bool) -> dict[tuple[int, ...], float]:
        """Ticks of the onsets in a bar; those of a part's last bar or of any other."""
        rows: Mapping[str, float] = self.values["rhythms"]["close" if closing else "bar"]
        return {tuple(map(int, text.split())): weight for text, weight in rows.items()}

    def chords(self, span: int, before: str) -> dict[str, float]:
        """Chords of a span of the part, after another chord: how often each stands there, and how often it follows."""
        stands, follows = self.values["stand"][span], self.values["follow"].get(before, {})
        common: Mapping[str, float] = self.values["common"]
        return {name: (times + 0.5) * (follows.get(name, 0) + 0.5) / common[name] for name, times in stands.items()}

    def intervals(self, before: int, *, strong: bool) -> Mapping[str, float]:
        """Intervals in degrees after an interval, to a note on a beat or off it."""
        rows: Mapping[str, Mapping[str, float]] = self.values["intervals"]["on" if strong else "off"]
        return rows.get(str(max(-FARTHEST, min(FARTHEST, before)))) or rows["0"]

    def degrees(self, chord: str, *, strong: bool) -> list[float]:
        """How often each degree above the tonic sounds over a chord, on a beat or off it."""
        found: list[float] = self.values["degrees"]["on" if strong else "off"].get(chord) or [1.0] * DEGREES
        return found

    def centres(self) -> dict[int, float]:
        """How many tunes have each degree in their middle."""
        return dict(enumerate(self.values["centres"]))

    def heights(self, *, turned: bool) -> Mapping[str, float]:
        """How often each step sounds, in degrees above the middle of the tune, in a first part or in another."""
        found: Mapping[str, float] = self.values["heights"]["turn" if turned else "first"]
        return found


@cache
def counted(kind: str, mode: Mode) -> Tables:
    """The tables of reel, jig or rag; those of major where no tune in minor was counted."""
    modes = json.loads(FILE.read_text(encoding="utf-8"))["kinds"][kind]
    return Tables(modes.get(mode.name.lower()) or modes["major"])


def counted_sources() -> list[dict[str, str]]:
    """Name and licence of each set that was counted."""
    found: list[dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))["sources"]
    return found


def ladder(chord: Chord, key: Key) -> tuple[int, ...]:
    """Semitones above the tonic of the scale that goes with a chord, the tonic's degree first."""
    return tuple(sorted((pitch - key.tonic) % PITCH_CLASSES for pitch in scale_under(chord)))


def step_of(pitch: int, chord: Chord, key: Key) -> int | None:
    """Degrees of a pitch above the tonic that lies within half an octave of middle C; None beside the scale."""
    octave, semitones = divmod(pitch - base_of(key), PITCH_CLASSES)
    scale = ladder(chord, key)
    return octave * DEGREES + scale.index(semitones) if semitones in scale and len(scale) == DEGREES else None


def pitch_of(step: int, chord: Chord, key: Key) -> int:
    """The pitch of so many degrees above the same tonic."""
    octave, degree = divmod(step, DEGREES)
    scale = ladder(chord, key)
    return base_of(key) + octave * PITCH_CLASSES + scale[min(degree, len(scale) - 1)]


def base_of(key: Key) -> int:
    """The tonic from F sharp below middle C to F above it."""
    return 54 + (key.tonic - 54) % PITCH_CLASSES


_IN_MINOR = {"I": "i", "ii": "ii°", "IV": "iv", "vi": "VI", "V7/ii": "V7/iv", "V7/vi": "V7/VI"}
"""What stands in minor for a chord that was counted in major."""


def chord_named(name: str, key: Key) -> Chord:
    """A counted chord in a key, whose mode may be another one than it was counted in."""
    return chord_of(_IN_MINOR.get(name, name) if key.mode is Mode.MINOR else name, key)
