"""Sound as from an old tape or record: dull, a little saturated, and never quite silent."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from composer.audio.samples import CHANNELS, SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from composer.audio.samples import Samples

_CUTOFF = 4_200.0
"""Hertz at which the filter has lost half of the amplitude."""

_TAPS = 127
_BLOCK = 1 << 15

_DRIVE = 1.4
"""How far the loudest sample is driven into the curve of the tape: 1.4 presses it together by 3.9 dB."""

_SURFACE = -45.0
"""dB of the record's noise against the music."""

_CRACKLES = 9.0
"""Clicks a second, of random strength."""


def soften(samples: Samples, *, check: Callable[[], None] = lambda: None) -> Samples:
    """Soften sound, stretch by stretch; equal sound gives equal sound.

    Args:
        samples: Shape (frames, 2), of any level.
        check: Called some times a second; what it raises ends the work (see `composer.engine.Cancelled`).

    Returns:
        Shape (frames, 2), with the loudness of its loudest moments pressed together.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if not peak:
        return samples
    noise = np.random.default_rng(1877)
    surface = np.float32(np.sqrt(np.mean(np.square(samples, dtype=np.float64))) * 10 ** (_SURFACE / 20))
    spectrum, step = _spectrum(), _BLOCK - _TAPS + 1
    softened = np.zeros((len(samples) + _BLOCK, CHANNELS), np.float32)
    for first in range(0, len(samples), step):
        check()
        part = np.tanh(samples[first : first + step] * np.float32(_DRIVE / peak)) * np.float32(peak / _DRIVE)
        part += surface * _worn(len(part), noise)
        filtered = np.fft.irfft(np.fft.rfft(part, _BLOCK, axis=0) * spectrum[:, None], _BLOCK, axis=0)
        softened[first : first + _BLOCK] += filtered.astype(np.float32)
    delay = _TAPS // 2
    return softened[delay : delay + len(samples)]


def _worn(frames: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Hiss of deviation 1 and clicks over it, the same on both channels; shape (frames, 1)."""
    hiss = rng.standard_normal(frames, np.float32)
    clicks = rng.integers(0, frames, rng.poisson(_CRACKLES * frames / SAMPLE_RATE))
    hiss[clicks] += 25 * rng.standard_exponential(len(clicks), np.float32)
    return hiss[:, None]


@lru_cache(maxsize=1)
def _spectrum() -> NDArray[np.complex64]:
    """A windowed sinc; shape (_BLOCK // 2 + 1,)."""
    apart = np.arange(_TAPS) - _TAPS // 2
    taps = np.sinc(2 * _CUTOFF / SAMPLE_RATE * apart) * np.hanning(_TAPS + 2)[1:-1]
    found: NDArray[np.complex64] = np.fft.rfft(taps / taps.sum(), _BLOCK).astype(np.complex64)
    return found
