"""One channel of the chip: what it is set to in each frame, and the sound of that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from composer.audio.samples import SAMPLE_RATE
from composer.chip.waves import SIZE, cycle, hertz_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

FRAME = 180
"""Samples for which a channel keeps its settings: 245 times a second. Games set theirs 60 times."""

FRAMES_A_SECOND = SAMPLE_RATE / FRAME

_FRAMES_AT_ONCE = 1024

_WAVES = 4
_REGISTER = 15
"""Bits of the register that makes noise."""


def frame_at(seconds: float) -> int:
    """The frame that begins nearest to a moment."""
    return round(seconds * FRAMES_A_SECOND)


@dataclass(slots=True)
class ChipChannel:
    """Settings of a channel by frame; it is silent until something is written.

    Attributes:
        pitch: MIDI pitch, which need not be whole; of noise the hertz at which its register moves on.
        level: Amplitude at the beginning of the frame, from 0 to 1; it goes in a straight line to the next one.
        wave: One of those of `composer.chip.waves`.
    """

    pitch: NDArray[np.float64]
    level: NDArray[np.float32]
    wave: NDArray[np.int64]

    @classmethod
    def silent(cls, frames: int, wave: int = 0) -> ChipChannel:
        """A channel of so many frames in which nothing sounds."""
        return cls(np.full(frames, 60.0), np.zeros(frames, np.float32), np.full(frames, wave))


def sound_of(channel: ChipChannel) -> Iterator[NDArray[np.float32]]:
    """What a channel of pitched waves sounds like; shape (samples,) of some frames each."""
    rows, tables = _tables(channel)
    phase = 0.0
    for part, level in _stretches(channel):
        steps = np.repeat(hertz_of(channel.pitch[part]) / SAMPLE_RATE, FRAME)
        phases = phase + np.cumsum(steps)
        phase = float(phases[-1]) % 1.0
        if not level.any():
            yield np.zeros(len(phases), np.float32)
            continue
        place = (phases - np.floor(phases)) * SIZE
        whole = place.astype(np.int32)
        at = whole + np.repeat(rows[part], FRAME)
        below = tables[at]
        between = (place - whole).astype(np.float32)
        yield (below + between * (tables[at + 1] - below)) * level


def noise_of(channel: ChipChannel) -> Iterator[NDArray[np.float32]]:
    """What a channel of noise sounds like; as `sound_of`."""
    register = _register()
    phase = 0.0
    for part, level in _stretches(channel):
        phases = phase + np.cumsum(np.repeat(channel.pitch[part] / SAMPLE_RATE, FRAME))
        phase = float(phases[-1]) % len(register)
        yield register[phases.astype(np.int64) % len(register)] * level


def _stretches(channel: ChipChannel) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """Some frames at a time, with the level of each of their samples."""
    ramp = np.arange(FRAME, dtype=np.float32) / FRAME
    after = np.append(channel.level[1:], np.float32(0))
    for first in range(0, len(channel.level), _FRAMES_AT_ONCE):
        part = slice(first, first + _FRAMES_AT_ONCE)
        now = channel.level[part, None]
        level: NDArray[np.float32] = (now + (after[part, None] - now) * ramp).astype(np.float32).ravel()
        yield part, level


def _tables(channel: ChipChannel) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """For each frame where its table begins, and all tables that the channel needs, one behind the other."""
    keys = np.ceil(channel.pitch).astype(np.int64) * _WAVES + channel.wave
    needed, rows = np.unique(keys, return_inverse=True)
    tables = [cycle(int(key % _WAVES), int(key // _WAVES)) for key in needed]
    return (rows * (SIZE + 1)).astype(np.int32), np.concatenate(tables)


@lru_cache(maxsize=1)
def _register() -> NDArray[np.float32]:
    """All states of the chip's noise in their order: each bit is the sum of two of the bits 15 before, modulo 2."""
    bits = [1, *([0] * (_REGISTER - 1))]
    for place in range(2**_REGISTER - 1 - _REGISTER):
        bits.append(bits[place] ^ bits[place + 1])
    return np.array(bits, np.float32) - np.float32(0.5)
