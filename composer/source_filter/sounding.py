"""MIDI -> notes as they sound: pedal, volume and pitch bend are worked into them."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

import mido

from composer.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Collection

DRUM_CHANNEL = 9

_VOLUME, _PAN, _EXPRESSION, _PEDAL, _REVERB = 7, 10, 11, 64, 91
_DATA, _PARAMETER, _FINE_PARAMETER = 6, 101, 100
_FULL = 127
_USUAL_VOLUME, _CENTRE, _USUAL_REVERB = 100, 64, 40
_PEDAL_DOWN = 64
_MOST_BEND = 8192
_USUAL_BEND_RANGE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundingNote:
    """A note as it is heard.

    Attributes:
        start: Second at which it is struck.
        end: Second at which it is damped: its key and the pedal are up, or the key is struck again.
        pitch: MIDI pitch, 0-127.
        level: Amplitude, 1 at full velocity and the usual volume.
        bends: (second, semitones) of each step of its pitch bend, the first at its start; none if it keeps its pitch.
    """

    start: float
    end: float
    pitch: int
    level: float
    bends: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Strand:
    """What sounds from one place with one sound.

    Attributes:
        program: General MIDI program, 0-127.
        pan: Controller 10: 0 is left, 64 in the middle, 127 right.
        reverb: Controller 91, 0-127.
        notes: By their start.
    """

    program: int
    pan: int
    reverb: int
    notes: tuple[SoundingNote, ...]


def read_strands(music: bytes) -> tuple[Strand, ...]:
    """Every note of a MIDI file but the drums', by program, place and share of the room.

    Raises:
        RequestError: If it is no MIDI file.
    """
    channels: dict[int, _Channel] = defaultdict(_Channel)
    now = 0.0
    for message in _open(music):
        now += message.time
        if not message.is_meta and hasattr(message, "channel") and message.channel != DRUM_CHANNEL:
            channels[message.channel].take(message, now)
    found: dict[_Place, list[SoundingNote]] = defaultdict(list)
    for channel in channels.values():
        for key, note in channel.finish(now):
            found[key].append(note)
    return tuple(
        Strand(*place, tuple(sorted(notes, key=lambda note: (note.start, note.pitch, note.end))))
        for place, notes in sorted(found.items())
    )


def level_of(velocity: int, *, volume: int = _USUAL_VOLUME, expression: int = _FULL) -> float:
    """Amplitude; squares, as the SoundFont specification 2.04 (8.4) maps velocity, volume and expression."""
    return float((velocity / _FULL * volume / _USUAL_VOLUME * expression / _FULL) ** 2)


def without_programs(music: bytes, programs: Collection[int]) -> bytes | None:
    """The same MIDI file without the notes of some programs; None where no note is left.

    Drums stay.

    Raises:
        RequestError: If it is no MIDI file.
    """
    file = _open(music)
    current: dict[int, int] = {}
    left = 0
    for track in file.tracks:
        kept, waited = [], 0
        for message in track:
            waited += message.time
            if message.type == "program_change":
                current[message.channel] = message.program
            strikes = message.type in {"note_on", "note_off"}
            if strikes and message.channel != DRUM_CHANNEL and current.get(message.channel, 0) in programs:
                continue
            left += strikes
            kept.append(message.copy(time=waited))
            waited = 0
        track[:] = kept
    if not left:
        return None
    buffer = BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _open(music: bytes) -> mido.MidiFile:
    try:
        return mido.MidiFile(file=BytesIO(music))
    except Exception as error:  # mido raises whatever damaged bytes lead it into
        raise RequestError("this is not a MIDI file that can be read; name one that is") from error


_Place = tuple[int, int, int]
"""Program, pan and reverb."""


@dataclass(slots=True)
class _Struck:
    """A note that has begun."""

    start: float
    level: float
    place: _Place
    let_go: bool = False


@dataclass(slots=True)
class _Channel:
    """What a channel is set to, and what sounds on it."""

    program: int = 0
    bend_range: float = _USUAL_BEND_RANGE
    controls: dict[int, int] = field(default_factory=dict)
    bends: list[tuple[float, float]] = field(default_factory=lambda: [(-math.inf, 0.0)])
    struck: dict[int, _Struck] = field(default_factory=dict)
    notes: list[tuple[_Place, SoundingNote]] = field(default_factory=list)

    def take(self, message: mido.Message, now: float) -> None:
        """Take the next message, at second `now`."""
        match message.type:
            case "note_on" if message.velocity:
                self._damp(message.note, now)
                place = self.program, self.controls.get(_PAN, _CENTRE), self.controls.get(_REVERB, _USUAL_REVERB)
                self.struck[message.note] = _Struck(now, self._level(message.velocity), place)
            case "note_on" | "note_off":
                self._let_go(message.note, now)
            case "program_change":
                self.program = message.program
            case "pitchwheel":
                self.bends.append((now, message.pitch / _MOST_BEND * self.bend_range))
            case "control_change":
                self._control(message.control, message.value, now)

    def finish(self, now: float) -> list[tuple[_Place, SoundingNote]]:
        """Damp what still sounds; return all notes, each with its place."""
        for pitch in list(self.struck):
            self._damp(pitch, now)
        return self.notes

    def _level(self, velocity: int) -> float:
        volume, expression = self.controls.get(_VOLUME, _USUAL_VOLUME), self.controls.get(_EXPRESSION, _FULL)
        return level_of(velocity, volume=volume, expression=expression)

    def _control(self, number: int, value: int, now: float) -> None:
        self.controls[number] = value
        if number == _DATA and self.controls.get(_PARAMETER) == self.controls.get(_FINE_PARAMETER) == 0:
            self.bend_range = float(value)
        elif number == _PEDAL and value < _PEDAL_DOWN:
            for pitch, struck in list(self.struck.items()):
                if struck.let_go:
                    self._damp(pitch, now)

    def _let_go(self, pitch: int, now: float) -> None:
        if pitch not in self.struck:
            return
        if self.controls.get(_PEDAL, 0) >= _PEDAL_DOWN:
            self.struck[pitch].let_go = True
        else:
            self._damp(pitch, now)

    def _damp(self, pitch: int, now: float) -> None:
        struck = self.struck.pop(pitch, None)
        if struck is None:
            return
        before = [bend for time, bend in self.bends if time <= struck.start][-1]
        steps = [(struck.start, before), *(step for step in self.bends if struck.start < step[0] <= now)]
        bends = tuple(steps) if any(bend for _, bend in steps) else ()
        note = SoundingNote(start=struck.start, end=now, pitch=pitch, level=struck.level, bends=bends)
        self.notes.append((struck.place, note))
