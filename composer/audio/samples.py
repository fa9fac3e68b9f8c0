"""Sound as numbers: what passes between rendering, levelling and encoding."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 44_100
"""Frames per second, everywhere."""

CHANNELS = 2

Samples: TypeAlias = npt.NDArray[np.float32]
"""Shape (frames, 2), left and right; full scale is -1 to 1, but values beyond it are allowed until levelled."""

Pcm: TypeAlias = npt.NDArray[np.int16]
"""Shape (frames, 2), as encoders take it."""


def frames_in(seconds: float) -> int:
    """Number of frames that last `seconds`."""
    return round(seconds * SAMPLE_RATE)
