"""MIDI files that tests have played."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import mido

if TYPE_CHECKING:
    from collections.abc import Sequence

TICKS = 480
"""MIDI ticks of half a second."""


def file_of(*messages: tuple[float, mido.Message], seconds: float = 4.0) -> bytes:
    """A MIDI file of messages with their seconds."""
    file, track, now = mido.MidiFile(ticks_per_beat=TICKS), mido.MidiTrack(), 0
    end = (seconds, mido.MetaMessage("end_of_track"))
    for second, message in (*sorted(messages, key=lambda one: one[0]), end):
        at = round(second * 2 * TICKS)
        track.append(message.copy(time=at - now))
        now = at
    file.tracks.append(track)
    buffer = BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def stroke(
    start: float, end: float, pitch: int, *, channel: int = 0, velocity: int = 100
) -> list[tuple[float, mido.Message]]:
    """A key that goes down and up."""
    key = {"channel": channel, "note": pitch}
    return [
        (start, mido.Message("note_on", velocity=velocity, **key)),
        (end, mido.Message("note_off", **key)),
    ]


def control(second: float, number: int, value: int, *, channel: int = 0) -> tuple[float, mido.Message]:
    """A controller that is set."""
    return second, mido.Message("control_change", channel=channel, control=number, value=value)


def program(number: int, *, channel: int = 0) -> tuple[float, mido.Message]:
    """A sound that a channel begins with."""
    return 0.0, mido.Message("program_change", channel=channel, program=number)


def tune(pitches: Sequence[int], *, channel: int = 0, number: int = 0) -> list[tuple[float, mido.Message]]:
    """Notes of half a second, one after the other."""
    strokes = [stroke(place / 2, place / 2 + 0.45, pitch, channel=channel) for place, pitch in enumerate(pitches)]
    return [program(number, channel=channel), *(message for one in strokes for message in one)]
