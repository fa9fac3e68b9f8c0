"""A played piece of piano music, as a MIDI file holds it: keys and pedal in seconds, without bars."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import mido
import numpy as np

from composer.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_PEDAL, _DOWN = 64, 64
_DRUMS = 9
_TOGETHER = 0.03
"""Seconds from one onset to the next within a chord, at most."""


@dataclass(frozen=True, slots=True)
class PlayedPiano:
    """Keys and pedal of a performance.

    Attributes:
        downs: Seconds at which keys go down, ascending, shape (notes,).
        ups: Seconds at which they go up, shape (notes,).
        pitches: MIDI keys, shape (notes,).
        velocities: 1 to 127, shape (notes,).
        presses: Seconds at which the pedal goes down, ascending.
        releases: Seconds at which it comes up, ascending.
    """

    downs: Numbers
    ups: Numbers
    pitches: NDArray[np.int64]
    velocities: Numbers
    presses: Numbers
    releases: Numbers

    @property
    def chords(self) -> NDArray[np.int64]:
        """Number of the chord of each note, from 0: notes that follow each other at once."""
        return np.cumsum(np.diff(self.downs, prepend=self.downs[:1]) > _TOGETHER)

    def excerpts(self, seconds: float) -> Iterator[PlayedPiano]:
        """Pieces of the performance that last so long, one after the other; what is left over is left out."""
        for begin in np.arange(self.downs[0], self.downs[-1] - seconds, seconds):
            yield self._between(begin, begin + seconds)

    def _between(self, begin: float, end: float) -> PlayedPiano:
        inside = (self.downs >= begin) & (self.downs < end)
        return PlayedPiano(
            self.downs[inside],
            self.ups[inside],
            self.pitches[inside],
            self.velocities[inside],
            self.presses[(self.presses >= begin) & (self.presses < end)],
            self.releases[(self.releases >= begin) & (self.releases < end)],
        )


def read_recording(path: Path) -> PlayedPiano:
    """The performance in a MIDI file, without drums.

    Raises:
        RequestError: The file is damaged, or has no notes.
    """
    try:
        file = mido.MidiFile(file=BytesIO(path.read_bytes()))
        return _recorded(file)
    except (OSError, EOFError, ValueError, KeyError, IndexError) as error:
        raise RequestError(f"{path} is no MIDI file with notes; name another") from error


def _recorded(file: mido.MidiFile) -> PlayedPiano:
    notes: list[tuple[float, float, int, int]] = []
    struck: dict[tuple[int, int], tuple[float, int]] = {}
    moves: dict[bool, list[float]] = {True: [], False: []}
    now, down = 0.0, False
    for message in file:
        now += message.time
        if message.type in {"note_on", "note_off"} and message.channel != _DRUMS:
            key = message.channel, message.note
            if key in struck:
                begun, velocity = struck.pop(key)
                notes.append((begun, now, message.note, velocity))
            if message.type == "note_on" and message.velocity:
                struck[key] = now, message.velocity
        elif message.type == "control_change" and message.control == _PEDAL and down != (message.value >= _DOWN):
            # Several tracks may say the same of one pedal.
            down = not down
            moves[down].append(now)
    downs, ups, pitches, velocities = zip(*sorted(notes), strict=True)
    return PlayedPiano(
        np.array(downs),
        np.array(ups),
        np.array(pitches, dtype=np.int64),
        np.array(velocities, dtype=np.float64),
        np.array(moves[True]),
        np.array(moves[False]),
    )
