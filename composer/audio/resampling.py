"""Sound at the rate of the networks over samples -> sound at the rate that is heard."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from composer.audio import mu_law
from composer.audio.samples import CHANNELS, SAMPLE_RATE, frames_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from composer.audio.samples import Samples

_COMMON = gcd(mu_law.SAMPLE_RATE, SAMPLE_RATE)
_PADDING = mu_law.SAMPLE_RATE // _COMMON * 10
"""Samples of silence at both ends, 0.1 s: the transform takes the sound for a circle."""


def resample(samples: NDArray[np.float32]) -> Samples:
    """Mono at `mu_law.SAMPLE_RATE` as stereo at `SAMPLE_RATE`, by its Fourier transform: nothing above 8 kHz is added.

    Args:
        samples: Shape (samples,).

    Returns:
        Shape (frames, 2), of the same length in seconds.
    """
    whole = mu_law.SAMPLE_RATE // _COMMON
    filled = -len(samples) % whole
    padded = np.pad(samples.astype(np.float64), (_PADDING, _PADDING + filled))
    frames = len(padded) * SAMPLE_RATE // mu_law.SAMPLE_RATE
    heard = np.fft.irfft(np.fft.rfft(padded), frames) * (frames / len(padded))
    start = _PADDING * SAMPLE_RATE // mu_law.SAMPLE_RATE
    mono = heard[start : start + frames_in(len(samples) / mu_law.SAMPLE_RATE)].astype(np.float32)
    return np.repeat(mono[:, None], CHANNELS, axis=1)
