"""From the networks' rate to that of all other sound."""

from __future__ import annotations

from functools import lru_cache
from math import gcd
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from composer.audio.samples import SAMPLE_RATE
from composer.source_filter.excitation import RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

IN, OUT = RATE // gcd(RATE, SAMPLE_RATE), SAMPLE_RATE // gcd(RATE, SAMPLE_RATE)
"""So many samples become so many frames: 160 and 441."""

_REACH = 24
"""Samples on either side of a frame from which it is made."""

_BLOCKS_AT_ONCE = 1000
_KAISER = 8.0
_CUTOFF = 0.96
"""Of half the networks' rate: what lies above is nothing but mirrored."""


def raise_rate(sound: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Sound at `SAMPLE_RATE`, some seconds at a time.

    Args:
        sound: At `RATE`, shape (samples, channels).

    Yields:
        Stretches of shape (frames, channels), `OUT` frames for every `IN` samples begun.
    """
    blocks = -(-len(sound) // IN)
    missing = blocks * IN - len(sound)
    padded = np.pad(sound, ((_REACH, _REACH + missing), (0, 0)))
    matrix = _interpolation()
    for first in range(0, blocks, _BLOCKS_AT_ONCE):
        last = min(first + _BLOCKS_AT_ONCE, blocks)
        part = padded[first * IN : last * IN + 2 * _REACH]
        # Copied, because NumPy multiplies overlapping windows element by element: (blocks, channels, samples).
        windows = sliding_window_view(part, IN + 2 * _REACH, axis=0)[::IN].copy()
        yield (windows @ matrix).swapaxes(1, 2).reshape(-1, sound.shape[1])


@lru_cache(maxsize=1)
def _interpolation() -> NDArray[np.float32]:
    """A windowed sinc for each frame of a block; shape (IN + 2 * _REACH, OUT)."""
    apart = np.arange(IN + 2 * _REACH)[:, None] - _REACH - np.arange(OUT) * IN / OUT
    inside = np.clip(1 - np.square(apart / _REACH), 0, None)
    window = np.where(np.abs(apart) < _REACH, np.i0(_KAISER * np.sqrt(inside)) / np.i0(_KAISER), 0)
    kernel: NDArray[np.float32] = (_CUTOFF * np.sinc(_CUTOFF * apart) * window).astype(np.float32)
    return kernel
