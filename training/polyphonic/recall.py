"""Where in the training pieces, in any key, the music went as it goes now.

A frame's context is what sounded in the k frames before it, as distances from the lowest note: the longest context
that another training piece shares is looked up, and the frames that followed it there are offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.polyphonic.copying import ABSENT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.polyphonic.rolls import PianoRolls

SAMPLES = 8
CONTEXTS = (24, 16, 12, 8, 6, 5, 4, 3, 2, 1)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def find_anchors(rolls: PianoRolls) -> NDArray[np.int64]:
    """The lowest note of each frame, or of the last frame before it in the piece that has one; else mid-keyboard."""
    lowest = np.where(rolls.frames.any(1), np.argmax(rolls.frames, axis=1), -1)
    latest = np.where(lowest >= 0, np.arange(len(lowest)), np.repeat(rolls.starts[:-1], np.diff(rolls.starts)))
    held = lowest[np.maximum.accumulate(latest)]
    return np.where(held >= 0, held, rolls.keys // 2)


def recall_frames(rolls: PianoRolls) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Look up each frame's past in the training pieces other than its own.

    Returns:
        Frames (frames, SAMPLES), `ABSENT` where there is none; by how many keys each must be moved up (the same
        shape); and the length of the shared context (frames,), 0 where there is none.
    """
    count = len(rolls.frames)
    anchor, piece = find_anchors(rolls), rolls.piece_of
    training = np.isin(piece, rolls.of("train"))
    hashes = _hash_frames(rolls, anchor, max(CONTEXTS))
    found = np.full((count, SAMPLES), ABSENT, np.int64)
    length = np.zeros(count, np.float32)
    for k in CONTEXTS:
        open_ = np.flatnonzero((length == 0) & (rolls.time >= k))
        known = np.flatnonzero(training & (rolls.time >= k))
        places = _looked_up(hashes[k], open_, known, piece)
        hit = (places != ABSENT).any(1)
        found[open_[hit]], length[open_[hit]] = places[hit], k
    before = np.maximum(np.arange(count) - 1, 0)
    shift = anchor[before][:, None] - anchor[np.maximum(found - 1, 0)]
    return found, np.where(found == ABSENT, 0, shift), length


def _looked_up(
    hashed: NDArray[np.uint64], asked: NDArray[np.int64], known: NDArray[np.int64], piece: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Up to SAMPLES of the `known` frames with the same hash in other pieces, spread over all there are."""
    if not known.size:
        return np.full((len(asked), SAMPLES), ABSENT, np.int64)
    order = known[np.argsort(hashed[known], kind="stable")]
    first = np.searchsorted(hashed[order], hashed[asked], side="left")
    last = np.searchsorted(hashed[order], hashed[asked], side="right")
    total = last - first
    turn = np.arange(SAMPLES)
    step = np.maximum(total[:, None], SAMPLES) / SAMPLES
    place = first[:, None] + (turn * step).astype(np.int64)
    inside = place < last[:, None]
    candidate = order[np.minimum(place, len(order) - 1)]
    return np.where(inside & (piece[candidate] != piece[asked][:, None]), candidate, ABSENT)


def _hash_frames(rolls: PianoRolls, anchor: NDArray[np.int64], longest: int) -> dict[int, NDArray[np.uint64]]:
    """For each k a number per frame that is equal where the k frames before it are, but for a transposition."""
    count = len(rolls.frames)
    weights = np.random.default_rng(0).integers(1, 2**63, size=2 * rolls.keys, dtype=np.uint64)
    rows, notes = np.nonzero(rolls.frames)
    code = np.zeros(count, np.uint64)
    with np.errstate(over="ignore"):
        np.add.at(code, rows, weights[notes - anchor[rows] + rolls.keys])
        moved = np.diff(anchor, prepend=anchor[:1]).astype(np.uint64)
        hashes: dict[int, NDArray[np.uint64]] = {}
        total = np.zeros(count, np.uint64)
        for k in range(1, longest + 1):
            earlier = np.maximum(np.arange(count) - k, 0)
            total = (total ^ (total >> np.uint64(29))) * _MULTIPLIER + code[earlier]
            hashes[k] = total.copy()
            total = total * _MULTIPLIER + moved[earlier]
    return hashes
