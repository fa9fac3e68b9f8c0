"""Where earlier in a piece the music went as it goes now: frames whose repetition would continue it.

Everything said of frame t comes from the frames before t. Tunes repeat whole sections, and a network with a bounded
view cannot copy what it no longer sees; a place found by exact search can be offered to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ABSENT = -1
CANDIDATES = 3
"""The longest exact match; the longest of those that continue otherwise; the best blurred match."""

_MEMORY = 0.92
"""Memory of the blurred match: what a frame's likeness still counts one frame later."""


def find_candidates(roll: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find, for each frame of a piece, earlier frames that followed what resembles its immediate past.

    Args:
        roll: (frames, keys).

    Returns:
        Frames (frames, CANDIDATES), `ABSENT` where there is none, and how well each matched: the length of an
        exact match in frames, the sum of faded likenesses of a blurred one.
    """
    length = len(roll)
    like = _frame_likeness(roll)
    same = like == 1.0
    melody = _highest_notes(roll)
    blurred_like = like + 0.5 * (melody[:, None] == melody[None])
    found = np.full((length, CANDIDATES), ABSENT, np.int64)
    strength = np.zeros((length, CANDIDATES), np.float32)
    exact, blurred = np.zeros(length + 1, np.float32), np.zeros(length + 1, np.float32)
    # exact[j]: how many frames before t equal those before j.
    for t in range(1, length):
        exact[1 : t + 1] = np.where(same[t - 1, :t], exact[:t] + 1, 0)
        blurred[1 : t + 1] = _MEMORY * blurred[:t] + blurred_like[t - 1, :t]
        if t > 1:
            found[t], strength[t] = _find_best(exact[1:t], blurred[1:t], same)
    return found, strength


def _find_best(
    exact: NDArray[np.float32], blurred: NDArray[np.float32], same: NDArray[np.bool_]
) -> tuple[list[int], list[float]]:
    """The latest of the best places; entry j - 1 of `exact` and `blurred` tells of frame j."""
    first, alike = _latest_best(exact) + 1, _latest_best(blurred) + 1
    others = np.where(same[first, 1 : len(exact) + 1], 0, exact)
    second = _latest_best(others) + 1
    strengths = [exact[first - 1], others[second - 1], blurred[alike - 1]]
    places = [first, second, alike]
    return [p if s > 0 else ABSENT for p, s in zip(places, strengths, strict=True)], strengths


def _latest_best(values: NDArray[np.float32]) -> int:
    return len(values) - 1 - int(np.argmax(values[::-1]))


def _frame_likeness(roll: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Keys that sound in both over keys that sound in either; two silent frames are alike."""
    sounding = roll.astype(np.float32)
    both = sounding @ sounding.T
    either = sounding.sum(1)[:, None] + sounding.sum(1)[None] - both
    return np.where(either > 0, both / np.maximum(either, 1), 1.0).astype(np.float32)


def _highest_notes(roll: NDArray[np.bool_]) -> NDArray[np.int64]:
    keys = roll.shape[1]
    return np.where(roll.any(1), keys - 1 - np.argmax(roll[:, ::-1], axis=1), -1)
