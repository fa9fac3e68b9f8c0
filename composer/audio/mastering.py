"""The last steps of sound: cut to length, level, fade out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from composer.audio.levelling import levelling_gains
from composer.audio.loudness import BLOCK
from composer.audio.samples import CHANNELS, SAMPLE_RATE, frames_in

if TYPE_CHECKING:
    from composer.audio.levelling import Curve
    from composer.audio.samples import Pcm, Samples

FADE = 0.3
"""Seconds of the fade at the end."""

_STEADY = 0.05
"""Seconds over which sound has no offset: a wave of 20 Hz."""

_STILL = 0.03
"""Seconds of silence after the fade: an encoder may leave them off."""

_FULL_SCALE = 32767


class Mastered:
    """Sound that is ready to be heard, made stretch by stretch: five minutes are 53 MB."""

    def __init__(self, samples: Samples, gains: Curve) -> None:
        """Level nothing yet.

        Args:
            samples: Shape (frames, 2).
            gains: Factors at the edges of blocks, straight lines between them.
        """
        self._samples = samples
        self._offsets = _slow_offsets(samples)
        self._edges = (gains * _FULL_SCALE).astype(np.float32)

    def __len__(self) -> int:
        """Number of frames."""
        return len(self._samples)

    def __getitem__(self, part: slice) -> Pcm:
        """Level a stretch of successive frames, and round it to 16 bits; shape (frames, 2)."""
        start, stop, _ = part.indices(len(self))
        first, last = start // BLOCK, -(-stop // BLOCK)
        edges = self._edges[first : last + 1]
        ramp = np.arange(BLOCK, dtype=np.float32) / BLOCK
        gain = (edges[:-1, None] + (edges[1:] - edges[:-1])[:, None] * ramp).ravel()[start - first * BLOCK :]
        offsets = self._offsets[first : last + 1]
        slow = offsets[:-1, None] + (offsets[1:] - offsets[:-1])[:, None] * ramp[:, None]
        stretch = self._samples[start:stop] - slow.reshape(-1, CHANNELS)[start - first * BLOCK :][: stop - start]
        pcm = np.empty(stretch.shape, np.int16)
        np.rint(stretch * gain[: len(stretch), None], out=pcm, casting="unsafe")
        return pcm


def master(samples: Samples, *, seconds: float) -> Mastered:
    """Make sound ready to be heard: exactly `seconds` long, at one loudness, with no click at its end.

    Args:
        samples: Shape (frames, 2), of any length and level.
        seconds: Length of the result; what is missing is silence.
    """
    samples = _cut(samples, frames_in(seconds))
    return Mastered(samples, levelling_gains(samples) * _fade(len(samples)))


def _slow_offsets(samples: Samples) -> npt.NDArray[np.float32]:
    """What is too slow to be heard, shape (blocks + 1, 2), at the edges of blocks; some soundfonts have up to 0.005.

    The mean over a triangle of `_STEADY` seconds to each side: what is left has lost 4 dB at 10 Hz and nothing at 27.
    """
    blocks = -(-len(samples) // BLOCK)
    sums = np.zeros((blocks, CHANNELS))
    whole = len(samples) // BLOCK
    sums[:whole] = samples[: whole * BLOCK].reshape(whole, BLOCK, CHANNELS).mean(axis=1)
    box = np.ones(max(1, round(_STEADY * SAMPLE_RATE / BLOCK)))
    triangle = np.convolve(box, box) / box.sum() ** 2
    smooth = np.stack([np.convolve(sums[:, one], triangle)[len(box) - 1 :][:blocks] for one in range(CHANNELS)], axis=1)
    return np.concatenate([smooth[:1], (smooth[1:] + smooth[:-1]) / 2, smooth[-1:]]).astype(np.float32)


def _cut(samples: Samples, frames: int) -> Samples:
    missing = frames - len(samples)
    return np.pad(samples, ((0, missing), (0, 0))) if missing > 0 else samples[:frames]


def _fade(frames: int) -> Curve:
    """Shape (blocks + 1,): 1, then half a cosine down to 0, then 0."""
    left = (frames - np.arange(-(-frames // BLOCK) + 1) * BLOCK) / SAMPLE_RATE
    return 0.5 - 0.5 * np.cos(np.pi * np.clip((left - _STILL) / FADE, 0, 1))
