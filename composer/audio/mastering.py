"""The last steps of sound: cut to length, level, fade out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.audio.levelling import levelling_gains
from composer.audio.loudness import BLOCK
from composer.audio.samples import SAMPLE_RATE, frames_in

if TYPE_CHECKING:
    from composer.audio.levelling import Curve
    from composer.audio.samples import Pcm, Samples

FADE = 0.3
"""Seconds of the fade at the end."""

_STILL = 0.03
"""Seconds of silence after the fade: an encoder may leave them off."""

_BLOCKS_AT_ONCE = 4096
_FULL_SCALE = 32767


def master(samples: Samples, *, seconds: float) -> Pcm:
    """Make sound ready to be heard: exactly `seconds` long, at one loudness, with no click at its end.

    Args:
        samples: Shape (frames, 2), of any length and level.
        seconds: Length of the result; what is missing is silence.

    Returns:
        Shape (frames, 2).
    """
    samples = _cut(samples, frames_in(seconds))
    return _quantised(samples, levelling_gains(samples) * _fade(len(samples)))


def _cut(samples: Samples, frames: int) -> Samples:
    missing = frames - len(samples)
    return np.pad(samples, ((0, missing), (0, 0))) if missing > 0 else samples[:frames]


def _fade(frames: int) -> Curve:
    """Shape (blocks + 1,): 1, then half a cosine down to 0, then 0."""
    left = (frames - np.arange(-(-frames // BLOCK) + 1) * BLOCK) / SAMPLE_RATE
    return 0.5 - 0.5 * np.cos(np.pi * np.clip((left - _STILL) / FADE, 0, 1))


def _quantised(samples: Samples, gains: Curve) -> Pcm:
    """Apply gains at the edges of blocks, straight lines between them, and round to 16 bits.

    Stretch by stretch, because five minutes are 106 MB.
    """
    pcm = np.empty(samples.shape, np.int16)
    ramp = np.arange(BLOCK, dtype=np.float32) / BLOCK
    edges = (gains * _FULL_SCALE).astype(np.float32)
    for first in range(0, len(edges) - 1, _BLOCKS_AT_ONCE):
        start, stop = edges[first : first + _BLOCKS_AT_ONCE + 1][:-1], edges[first + 1 : first + _BLOCKS_AT_ONCE + 1]
        gain = (start[:, None] + (stop - start)[:, None] * ramp).ravel()
        stretch = samples[first * BLOCK : (first + len(start)) * BLOCK]
        np.rint(stretch * gain[: len(stretch), None], out=pcm[first * BLOCK :][: len(stretch)], casting="unsafe")
    return pcm
