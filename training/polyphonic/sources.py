"""What each frame may copy from: earlier frames of its piece and frames of the training pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.polyphonic.copying import ABSENT, CANDIDATES, find_candidates
from training.polyphonic.recall import SAMPLES, recall_frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.polyphonic.rolls import PianoRolls

LAGS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""Frames back that are always offered."""

SLOTS = len(LAGS) + CANDIDATES + SAMPLES
FIRST_CANDIDATE = len(LAGS)
FIRST_SAMPLE = FIRST_CANDIDATE + CANDIDATES
STRENGTHS = CANDIDATES + 1

OFFERS = ("all", "no-recall", "no-copying")
"""What may be offered: everything; no frames of other pieces; of the own piece only those at fixed `LAGS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Offered frames.

    Attributes:
        frames: int (frames, SLOTS): for each of `LAGS`, each candidate of `copying` and each sample of `recall` a
            frame of the table, or `ABSENT`.
        shifts: int (frames, SLOTS): by how many keys it is to be moved up.
        strengths: float (frames, STRENGTHS): how well the candidates and the samples matched.
    """

    frames: NDArray[np.int32]
    shifts: NDArray[np.int16]
    strengths: NDArray[np.float32]


def find_sources(rolls: PianoRolls, *, offer: str = "all") -> Sources:
    """Find what every frame may copy from, of one of `OFFERS`."""
    count = len(rolls.frames)
    frames = np.full((count, SLOTS), ABSENT, np.int32)
    shifts = np.zeros((count, SLOTS), np.int16)
    strengths = np.zeros((count, STRENGTHS), np.float32)
    for slot, lag in enumerate(LAGS):
        frames[:, slot] = np.where(rolls.time >= lag, np.arange(count) - lag, ABSENT)
    for first, last in zip(rolls.starts[:-1], rolls.starts[1:], strict=True):
        if offer == "no-copying":
            break
        found, strengths[first:last, :CANDIDATES] = find_candidates(rolls.frames[first:last])
        frames[first:last, FIRST_CANDIDATE:FIRST_SAMPLE] = np.where(found == ABSENT, ABSENT, found + first)
    if offer == "all":
        frames[:, FIRST_SAMPLE:], shifts[:, FIRST_SAMPLE:], strengths[:, CANDIDATES] = recall_frames(rolls)
    return Sources(frames=frames, shifts=shifts, strengths=strengths)
