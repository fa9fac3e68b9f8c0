"""A note as it is heard, before anything is known of metre."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class TimedNote:
    """One note in time.

    Attributes:
        start: Seconds from the beginning of the recording.
        end: Seconds to its end, after `start`.
        pitch: MIDI pitch.
        velocity: How loud it sounds, 1 to 127.
    """

    start: float
    end: float
    pitch: int
    velocity: int
