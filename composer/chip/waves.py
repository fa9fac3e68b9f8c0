"""The waves of the chip as tables of one cycle, with no harmonic that the sampling rate would mirror.

The sequences are those of the Ricoh 2A03 (nesdev.org, "APU Pulse" and "APU Triangle"): a pulse holds one of 8 steps
in two, and the triangle goes down and up in 32 steps. Their Fourier series is known exactly, so it is cut off.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from composer.audio.samples import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

EIGHTH, QUARTER, HALF, TRIANGLE = range(4)
"""Pulses that are high for an eighth, a quarter and half of their cycle, and the triangle."""

SIZE = 4096
"""Samples of a cycle in a table. Straight lines between them miss a wave of 30 Hz by less than -80 dB."""

_HIGHEST = 0.4 * SAMPLE_RATE
"""Hertz from which on no harmonic is kept: vibrato and slides stay below the mirror."""

_SEQUENCES = {
    EIGHTH: [1.0] + [0.0] * 7,
    QUARTER: [1.0] * 2 + [0.0] * 6,
    HALF: [1.0] * 4 + [0.0] * 4,
    TRIANGLE: [step / 15 for step in (*range(15, -1, -1), *range(16))],
}
"""Steps of a cycle, from 0 to 1."""

_A4, _A4_HERTZ = 69, 440.0


def hertz_of(pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frequency of MIDI pitches, which need not be whole."""
    hertz: NDArray[np.float64] = _A4_HERTZ * 2 ** ((pitch - _A4) / 12)
    return hertz


@lru_cache(maxsize=512)
def cycle(wave: int, pitch: int) -> NDArray[np.float32]:
    """One cycle of a wave for pitches up to a whole one; shape (SIZE + 1,), the last sample being the first again.

    It swings around 0, by 1 from its lowest to its highest step.
    """
    steps = np.array(_SEQUENCES[wave])
    harmonics = min(int(_HIGHEST / hertz_of(np.array([float(pitch)]))[0]), SIZE // 2 - 1)
    numbers = np.arange(1, max(harmonics, 1) + 1)
    # A held step of a sequence is its sample through a box of one step: a factor of sin(x)/x and half a step's delay.
    box = np.sinc(numbers / len(steps)) * np.exp(-1j * np.pi * numbers / len(steps)) / len(steps)
    spectrum = np.zeros(SIZE // 2 + 1, np.complex128)
    spectrum[numbers] = np.fft.fft(steps)[numbers % len(steps)] * box * SIZE
    samples = np.fft.irfft(spectrum, SIZE).astype(np.float32)
    return np.append(samples, samples[:1])
