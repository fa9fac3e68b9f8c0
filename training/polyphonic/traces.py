"""How long each key has sounded and how lately it did, frame by frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import lfilter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.polyphonic.rolls import PianoRolls

FADES = (8.0, 64.0)
"""Frames in which what sounded fades to a third."""

TRACES = 1 + len(FADES)


def sound_traces(rolls: PianoRolls) -> NDArray[np.float16]:
    """(frames, TRACES, keys), each frame's own sound counted: its run so far on a log scale, and the faded past."""
    made = np.zeros((len(rolls.frames), TRACES, rolls.keys), np.float16)
    for first, last in zip(rolls.starts[:-1], rolls.starts[1:], strict=True):
        roll = rolls.frames[first:last]
        made[first:last, 0] = np.log2(1 + run_lengths(roll)) / 4
        for index, fade in enumerate(FADES):
            kept = np.exp(-1 / fade)
            made[first:last, 1 + index] = lfilter([1 - kept], [1.0, -kept], roll.astype(np.float64), axis=0)
    return made


def run_lengths(roll: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(frames, keys): for how many frames, this one counted, each key has sounded without a break."""
    here = np.arange(len(roll))[:, None]
    silent = np.where(roll, -1, here)
    return here - np.maximum.accumulate(silent, axis=0)
