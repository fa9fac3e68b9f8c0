"""MIDI files to test with, written by mido: plain ones and nasty ones."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mido

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

QUARTER = 480
"""MIDI ticks; twenty of them are one of ours."""

Struck = tuple[float, float, int]
"""Onset and length in quarters, and pitch."""

TONIC, SUBDOMINANT, DOMINANT = 0, 5, 7
DRUM_CHANNEL = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A track: what is struck, on what."""

    struck: Sequence[Struck]
    program: int = 0
    channel: int = 0
    name: bytes = b""
    velocity: int = 70

    def events(self) -> list[tuple[float, mido.Message]]:
        """Messages with their quarter, ends before beginnings."""
        on = [(at, "note_on", pitch) for at, _, pitch in self.struck]
        off = [(at + length, "note_off", pitch) for at, length, pitch in self.struck]
        return [
            (at, mido.Message(kind, note=pitch, velocity=self.velocity, channel=self.channel))
            for at, kind, pitch in sorted([*off, *on], key=lambda event: (event[0], event[1] == "note_on"))
        ]


def bars_of_chords(bars: int, *, quarters: float = 4, up: int = 0, start: float = 0) -> list[Struck]:
    """A left hand: the bass on the first beat, then chords; a new harmony in every bar, a tonic in the last."""
    struck: list[Struck] = []
    for bar in range(bars):
        root = 48 + up + (TONIC, SUBDOMINANT, DOMINANT, TONIC)[bar % 4 if bar < bars - 1 else 3]
        first = start + bar * quarters
        struck += [(first, 1, root - 12)]
        struck += [(first + beat, 1, root + step) for beat in range(1, int(quarters)) for step in (0, 4, 7)]
    return struck


def bars_of_tune(bars: int, *, quarters: float = 4, up: int = 0, start: float = 0, seed: int = 0) -> list[Struck]:
    """A right hand in quarters, each bar from the chord of `bars_of_chords`, long at the end; a tune per seed."""
    rng = random.Random(seed)
    struck: list[Struck] = []
    for bar in range(bars):
        root = 72 + up + (TONIC, SUBDOMINANT, DOMINANT, TONIC)[bar % 4]
        first = start + bar * quarters
        if bar == bars - 1:
            struck.append((first, quarters, 72 + up))
        else:
            struck += [(first + beat, 1, root + rng.choice((-5, 0, 4, 7))) for beat in range(int(quarters))]
    return struck


def two_hands(bars: int, *, quarters: float = 4, up: int = 0, start: float = 0, seed: int = 0) -> list[Staff]:
    """A piece for piano."""
    return [
        Staff(struck=bars_of_tune(bars, quarters=quarters, up=up, start=start, seed=seed), name=b"right"),
        Staff(struck=bars_of_chords(bars, quarters=quarters, up=up, start=start), channel=1, name=b"left"),
    ]


def time_signature(at: float, numerator: int, denominator: int) -> tuple[float, mido.MetaMessage]:
    """A change of metre at a quarter."""
    return at, mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator)


def tempo(at: float, quarters_per_minute: float) -> tuple[float, mido.MetaMessage]:
    """A change of tempo at a quarter."""
    return at, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(quarters_per_minute))


def signature(at: float, key: str) -> tuple[float, mido.MetaMessage]:
    """A key signature at a quarter."""
    return at, mido.MetaMessage("key_signature", key=key)


FOUR_FOUR = (time_signature(0, 4, 4), tempo(0, 90))


def write(path: Path, staves: Iterable[Staff], *, marks: Iterable[tuple[float, mido.MetaMessage]] = FOUR_FOUR) -> Path:
    """Write a file of format 1: a track of marks, then one for each staff."""
    file = mido.MidiFile(type=1, ticks_per_beat=QUARTER, charset="latin-1")
    file.tracks.append(_track(list(marks)))
    for staff in staves:
        name = mido.MetaMessage("track_name", name=staff.name.decode("latin-1"))
        program = mido.Message("program_change", program=staff.program, channel=staff.channel)
        file.tracks.append(_track([(0, name), (0, program), *staff.events()]))
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(path)
    return path


def _track(events: list[tuple[float, mido.Message]]) -> mido.MidiTrack:
    track, before = mido.MidiTrack(), 0
    for at, message in events:
        now = round(at * QUARTER)
        track.append(message.copy(time=now - before))
        before = now
    return track
