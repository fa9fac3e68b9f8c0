"""Mastered sound at 48 kHz, the rate at which Opus is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.audio.samples import SAMPLE_RATE

if TYPE_CHECKING:
    from composer.audio.mastering import Mastered

RATE = 48_000
"""Frames per second."""

_STRETCH = SAMPLE_RATE * 5
_PADDING = SAMPLE_RATE // 10
"""Frames before and after a stretch that are resampled with it and thrown away: the transform takes it for a circle."""

_LOUDEST = 32_767


def resample_for_opus(sound: Mastered) -> bytes:
    """Bring sound to 48 kHz, five seconds at a time, by their Fourier transform: nothing is added above 22 kHz.

    Returns:
        Samples of 16 bits, the lower byte first, left and right in turns.
    """
    return b"".join(_resampled(sound, start) for start in range(0, len(sound), _STRETCH))


def _resampled(sound: Mastered, start: int) -> bytes:
    stop = min(start + _STRETCH, len(sound))
    before, after = min(_PADDING, start), min(_PADDING, len(sound) - stop)
    taken = sound[start - before : stop + after].astype(np.float32)
    missing = ((_PADDING - before, _STRETCH - (stop - start) + _PADDING - after), (0, 0))
    spectrum = np.fft.rfft(np.pad(taken, missing), axis=0)
    frames = _at_48_khz(_STRETCH + 2 * _PADDING)
    heard = np.fft.irfft(spectrum, frames, axis=0) * (RATE / SAMPLE_RATE)
    kept = heard[_at_48_khz(_PADDING) :][: _at_48_khz(stop - start)]
    return np.clip(np.rint(kept), -_LOUDEST, _LOUDEST).astype("<i2").tobytes()


def _at_48_khz(frames: int) -> int:
    """How many frames last as long at 48 kHz."""
    return round(frames * RATE / SAMPLE_RATE)
