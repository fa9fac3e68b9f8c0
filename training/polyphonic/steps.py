"""What is decided one after the other: the notes of each frame in turn, or each frame at once.

Every decision has a reference key: the note written last in its frame or, at the start of a frame, the anchor of the
frame before. All that a network reads and answers is told in distances from the reference, so that it is the same
in every key. A class is a distance: class c is the key `reference + c - (keys - 1)`; the last class ends the frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training.polyphonic.copying import ABSENT
from training.polyphonic.recall import find_anchors
from training.polyphonic.sources import SLOTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.polyphonic.rolls import PianoRolls
    from training.polyphonic.sources import Sources

MODES = ("serialised", "independent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The decisions of a table of frames, in order; the first frame of a piece is given and decides nothing.

    Attributes:
        frame: The frame that each belongs to.
        rank: Notes of the frame already written.
        reference: The key that distances are counted from.
        target: The class that comes next; in independent mode, where all keys are decided at once, unused.
        pointers: int16 (steps, SLOTS): the class that each source would have come next, `ABSENT` if none; unused
            in independent mode.
        agreed: bool (steps, SLOTS): whether each source had all that is written of the frame so far.
        starts: Each piece's first step, and the number of steps at the end.
    """

    frame: NDArray[np.int32]
    rank: NDArray[np.int16]
    reference: NDArray[np.int16]
    target: NDArray[np.int16]
    pointers: NDArray[np.int16]
    agreed: NDArray[np.bool_]
    starts: NDArray[np.int64]


def interval_classes(keys: int) -> int:
    """Distances between two keys of a keyboard, and the end of the frame."""
    return 2 * keys


def independent_steps(rolls: PianoRolls) -> Steps:
    """One step a frame."""
    frame = np.flatnonzero(rolls.time > 0)
    count = len(frame)
    return Steps(
        frame=frame.astype(np.int32),
        rank=np.zeros(count, np.int16),
        reference=find_anchors(rolls)[frame - 1].astype(np.int16),
        target=np.zeros(count, np.int16),
        pointers=np.full((count, 0), ABSENT, np.int16),
        agreed=np.ones((count, SLOTS), np.bool_),
        starts=np.searchsorted(frame, rolls.starts),
    )


def serialised_steps(rolls: PianoRolls, sources: Sources) -> Steps:
    """One step a note, from the lowest to the highest, and one for the end of each frame."""
    keys, end = rolls.keys, interval_classes(rolls.keys) - 1
    decided = np.flatnonzero(rolls.time > 0)
    notes_in = rolls.frames[decided].sum(1)
    frame = np.repeat(decided, notes_in + 1)
    first = np.cumsum(notes_in + 1) - (notes_in + 1)
    rank = np.arange(len(frame)) - np.repeat(first, notes_in + 1)
    ends = np.zeros(len(frame), np.bool_)
    ends[first + notes_in] = True
    written = np.zeros(len(frame), np.int64)
    written[~ends] = np.nonzero(rolls.frames[decided])[1]
    reference = np.where(rank == 0, find_anchors(rolls)[frame - 1], np.roll(written, 1))
    target = np.where(ends, end, written - reference + keys - 1).astype(np.int16)
    pointers = _point_sources(rolls, sources, frame, rank, reference)
    return Steps(
        frame=frame.astype(np.int32),
        rank=rank.astype(np.int16),
        reference=reference.astype(np.int16),
        target=target,
        pointers=pointers,
        agreed=_have_agreed(pointers == target[:, None], np.repeat(first, notes_in + 1)),
        starts=np.searchsorted(frame, rolls.starts),
    )


def _point_sources(
    rolls: PianoRolls, sources: Sources, frame: NDArray[np.int64], rank: NDArray[np.int64], reference: NDArray[np.int64]
) -> NDArray[np.int16]:
    keys, end = rolls.keys, interval_classes(rolls.keys) - 1
    following = _lowest_above(rolls.frames)
    pointers = np.full((len(frame), SLOTS), ABSENT, np.int16)
    for slot in range(SLOTS):
        source, shift = sources.frames[frame, slot], sources.shifts[frame, slot].astype(np.int64)
        lowest = np.where(rank == 0, 0, np.clip(reference + 1 - shift, 0, keys))
        note = following[source, lowest].astype(np.int64)
        moved = note + shift
        known = (source != ABSENT) & ((note == keys) | ((moved >= 0) & (moved < keys)))
        pointers[:, slot] = np.where(known, np.where(note == keys, end, moved - reference + keys - 1), ABSENT)
    return pointers


def _lowest_above(frames: NDArray[np.bool_]) -> NDArray[np.int16]:
    """(frames, keys + 1): the lowest note from each key upwards, `keys` if there is none."""
    count, keys = frames.shape
    found = np.full((count, keys + 1), keys, np.int16)
    for key in range(keys - 1, -1, -1):
        found[:, key] = np.where(frames[:, key], key, found[:, key + 1])
    return found


def _have_agreed(hit: NDArray[np.bool_], first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether no source missed between each step's frame's `first` step and the one before it."""
    missed = np.zeros((len(hit) + 1, hit.shape[1]), np.int32)
    np.cumsum(~hit, axis=0, out=missed[1:])
    agreed: NDArray[np.bool_] = missed[:-1] == missed[first]
    return agreed
