"""Bring sound to one loudness, with peaks that a gentle limiter keeps under a ceiling."""

from __future__ import annotations

from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from composer.audio.loudness import BLOCK, SEGMENT, block_peaks, gated_loudness, segment_powers
from composer.audio.samples import SAMPLE_RATE

if TYPE_CHECKING:
    from composer.audio.loudness import Peaks, Powers
    from composer.audio.samples import Samples

TARGET = -15.6
"""Integrated loudness in LUFS. The MP3 encoder takes off 0.45 dB, which leaves the -16 that music services ask for."""

CEILING = -1.3
"""True peak in dBTP. Encoding takes off 0.45 dB and puts back up to 0.2: the MP3 stays under -1."""

_RELEASE = 20.0
"""How fast the limiter lets go, in dB a second: slow enough not to follow the waves of a low note."""

_LOOKAHEAD = 4
"""Blocks, 6 ms, over which the limiter sets in before a peak."""

_ROUNDS = 8
_NEAR_ENOUGH = 0.1
_HEADROOM = 6.0
"""What limiting may take from the loudness and the rounds may give back, in dB."""

Curve = npt.NDArray[np.float64]
"""Shape (blocks + 1,): factors at the edges of blocks, linear between."""


def levelling_gains(samples: Samples) -> Curve:
    """Find the gains that bring `samples` to `TARGET` with no true peak above `CEILING`.

    Limiting takes loudness away, so the gain before the limiter is corrected a few times. Silence is left alone.
    """
    powers = segment_powers(samples)
    loudness = gated_loudness(powers)
    least = TARGET - loudness if isfinite(loudness) else 0.0
    peaks = _decibels(block_peaks(samples, floor=10 ** ((CEILING - least - _HEADROOM) / 20)))
    gain = least
    for _ in range(_ROUNDS):
        gains = _factor(gain + _limit(peaks + gain))
        missing = TARGET - gated_loudness(_scaled(powers, gains))
        if not _NEAR_ENOUGH < missing < inf:
            break
        gain = min(gain + missing, least + _HEADROOM)
    return gains


def _limit(peaks: Curve) -> Curve:
    """Find by how much, in dB, to turn down at the edges of blocks whose true peaks are `peaks` dBTP."""
    excess = np.pad(np.minimum(CEILING - peaks, 0.0), 1)
    needed = np.minimum(excess[:-1], excess[1:])
    recovery = np.arange(len(needed)) * (_RELEASE * BLOCK / SAMPLE_RATE)
    released = np.minimum.accumulate(needed - recovery) + recovery
    ahead = sliding_window_view(np.pad(released, 2 * _LOOKAHEAD), 2 * _LOOKAHEAD + 1).min(axis=-1)
    window = np.hanning(2 * _LOOKAHEAD + 3)[1:-1]
    return np.convolve(ahead, window / window.sum(), mode="valid")


def _scaled(powers: Powers, gains: Curve) -> Powers:
    """Estimate what the powers of segments become under `gains`."""
    blocks = SEGMENT // BLOCK
    squares = gains[: len(powers) * blocks].reshape(len(powers), blocks) ** 2
    scaled: Powers = powers * squares.mean(axis=-1)
    return scaled


def _factor(decibels: Curve) -> Curve:
    return np.power(10.0, decibels / 20)


def _decibels(factors: Peaks) -> Curve:
    return 20 * np.log10(np.maximum(factors, 1e-9))
