"""Samples of sound as 256 levels, spaced by the mu-law of telephony: fine where it is quiet, coarse where it is loud.

ITU-T G.711 for the law; van den Oord et al. 2016, "WaveNet: A Generative Model for Raw Audio", for its use here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples a second of everything that the networks read and write."""

LEVELS = 256

SILENT = LEVELS // 2
"""Level of silence: half a step above 0, which no level is."""

_MU = LEVELS - 1


def to_levels(samples: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Level of each sample, 0 to 255; samples beyond -1 to 1 are cut off."""
    cut = np.clip(samples, -1.0, 1.0)
    companded = np.sign(cut) * np.log1p(_MU * np.abs(cut)) / np.log1p(_MU)
    levels: NDArray[np.uint8] = np.floor((companded + 1) / 2 * _MU + 0.5).astype(np.uint8)
    return levels


def to_samples(levels: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.float32]:
    """Sample of each level, -1 to 1. Halves of levels are the edges between them."""
    companded = 2 * np.asarray(levels, np.float64) / _MU - 1
    samples: NDArray[np.float32] = (np.sign(companded) * np.expm1(np.abs(companded) * np.log1p(_MU)) / _MU).astype(
        np.float32
    )
    return samples
