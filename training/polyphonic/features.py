"""Steps -> what a network reads: for each step a row of numbers, all of them in distances from its reference key.

Only frames before the step's own and notes already written in it are read; `tests/training/polyphonic` changes the
future to see that nothing else is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from training.polyphonic.copying import ABSENT
from training.polyphonic.sources import FIRST_SAMPLE, LAGS, SLOTS, STRENGTHS
from training.polyphonic.steps import interval_classes
from training.polyphonic.traces import TRACES, sound_traces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.polyphonic.rolls import PianoRolls
    from training.polyphonic.sources import Sources
    from training.polyphonic.steps import Steps

VIEW = np.arange(-28, 37)
"""Distances from the reference at which the keyboard is shown."""

SHOWN = (*(LAGS.index(lag) for lag in (1, 2, 3, 4, 8, 16)), *range(len(LAGS), FIRST_SAMPLE))
"""Slots of which the whole frame is shown."""

METERS = (12, 16)
"""The frame's number is told modulo these, and so modulo 2, 3, 4, 6 and 8."""

RANKS = 8
OCTAVE = 12
VOICES = 2
"""Frames back of which the note of the same rank is shown."""

_MARGIN = 128
"""Silent keys on either side of the table, more than any distance reaches beyond the keyboard."""

POINTERS = FIRST_SAMPLE + 2
"""What may be copied from: each source but the samples, which count together, once by number and once for being."""

MAPS = 1 + len(SHOWN) + 1 + TRACES + VOICES
WIDTH = MAPS * len(VIEW) + SLOTS + STRENGTHS + 2 * RANKS + sum(METERS) + 2 * OCTAVE + 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureTable:
    """All that the rows of a set are gathered from.

    Attributes:
        rolls: The frames.
        sources: What each may copy from.
        steps: The decisions.
        serial: Whether they are single notes.
        time: The place of each frame in its piece.
        traces: float16 (frames, TRACES, keys), see `traces`.
        sound: uint8 (frames + 1, keys and `_MARGIN` on either side): the frames, and silence for `ABSENT`.
        marks: float16 (frames + 1, TRACES + 1, keys and margins): traces, and how many of the samples have each key.
    """

    rolls: PianoRolls
    sources: Sources
    steps: Steps
    serial: bool
    time: NDArray[np.int64]
    traces: NDArray[np.float16]
    sound: NDArray[np.uint8]
    marks: NDArray[np.float16]

    @property
    def classes(self) -> int:
        """Classes of an answer."""
        return interval_classes(self.rolls.keys)


def feature_table(rolls: PianoRolls, sources: Sources, steps: Steps, *, serial: bool) -> FeatureTable:
    """Prepare what rows are gathered from; `serial` if the steps are single notes."""
    margin = ((0, 1), (_MARGIN, _MARGIN))
    sound = np.pad(rolls.frames.astype(np.uint8), margin)
    its_traces = sound_traces(rolls)
    marks = np.concatenate([its_traces, _share_of_samples(rolls, sources, sound)[:, None]], axis=1)
    return FeatureTable(
        rolls=rolls,
        sources=sources,
        steps=steps,
        serial=serial,
        time=rolls.time,
        traces=its_traces,
        sound=sound,
        marks=np.pad(marks, (margin[0], (0, 0), margin[1])),
    )


def _share_of_samples(rolls: PianoRolls, sources: Sources, sound: NDArray[np.uint8]) -> NDArray[np.float16]:
    """(frames, keys): the share of the samples that have each key."""
    views = np.lib.stride_tricks.sliding_window_view(sound, rolls.keys, axis=1)
    total = np.zeros(rolls.frames.shape, np.float16)
    for slot in range(FIRST_SAMPLE, SLOTS):
        moved = np.clip(_MARGIN - sources.shifts[:, slot], 0, views.shape[1] - 1)
        total += views[sources.frames[:, slot], moved]
    return total / np.float16(SLOTS - FIRST_SAMPLE)


def feature_rows(data: FeatureTable, index: NDArray[np.int64]) -> NDArray[np.float32]:
    """The rows (n, WIDTH) of the steps `index` (n,)."""
    steps, rolls, sources = data.steps, data.rolls, data.sources
    frame, rank, reference = steps.frame[index], steps.rank[index], steps.reference[index]
    before, offered = frame - 1, sources.frames[frame]
    parts = [
        _keyboard_maps(data, frame, rank, reference),
        steps.agreed[index] & (offered != ABSENT),
        np.log2(1 + sources.strengths[frame]) / 4,
        _one_hot(rank, RANKS),
        _one_hot(rolls.frames[before].sum(1), RANKS),
        *(_one_hot(data.time[frame] % meter, meter) for meter in METERS),
        *(_pitch_classes(data.traces[before, trace], reference) for trace in (1, 2)),
        np.minimum(np.log2(data.time[frame]) / 8, 1.5)[:, None],
        ((reference - rolls.keys / 2) / 24)[:, None],
        data.traces[before, 0].max(1, keepdims=True),
    ]
    return np.concatenate(parts, axis=1, dtype=np.float32)


def _keyboard_maps(
    data: FeatureTable, frame: NDArray[np.int32], rank: NDArray[np.int16], reference: NDArray[np.int16]
) -> NDArray[np.float32]:
    """(n, MAPS x VIEW): the keyboard round the reference, as each source and trace shows it."""
    # A view of contiguous runs: gathering those is ten times faster than gathering keys.
    views = np.lib.stride_tricks.sliding_window_view(data.sound, len(VIEW), axis=1)
    marks = np.lib.stride_tricks.sliding_window_view(data.marks, len(VIEW), axis=2)
    left = reference.astype(np.int64) + VIEW[0] + _MARGIN
    made = np.zeros((len(frame), MAPS, len(VIEW)), np.float32)
    made[:, 0] = views[frame, left] * ((VIEW <= 0) & (rank > 0)[:, None])
    for place, slot in enumerate(SHOWN, start=1):
        made[:, place] = views[data.sources.frames[frame, slot], left]
    place = 1 + len(SHOWN)
    made[:, place] = marks[frame, TRACES, left]
    for trace in range(TRACES):
        made[:, place + 1 + trace] = marks[frame - 1, trace, left]
    for back in range(VOICES):
        there = data.sources.frames[frame, back]
        roll = data.rolls.frames[there] & (there != ABSENT)[:, None]
        key = np.argmax(roll & (np.cumsum(roll, axis=1) == rank[:, None] + 1), axis=1)
        distance = key - reference - VIEW[0]
        row = np.flatnonzero((roll.sum(1) > rank) & (distance >= 0) & (distance < len(VIEW)))
        made[row, MAPS - VOICES + back, distance[row]] = 1
    return made.reshape(len(frame), -1)


def source_pointers(data: FeatureTable, index: NDArray[np.int64]) -> NDArray[np.float16]:
    """(n, POINTERS, classes): where each source points, 1 at the class that it would have come next."""
    made = np.zeros((len(index), POINTERS, data.classes), np.float16)
    if data.serial:
        _count_next(data, index, made)
    else:
        _count_all(data, index, made)
    made[:, FIRST_SAMPLE + 1] = made[:, FIRST_SAMPLE] > 0
    made[:, FIRST_SAMPLE] /= SLOTS - FIRST_SAMPLE
    return made


def _count_next(data: FeatureTable, index: NDArray[np.int64], made: NDArray[np.float16]) -> None:
    """Count the next class of each source; of a sample only while it agrees with what is written."""
    pointed, agreed = data.steps.pointers[index], data.steps.agreed[index]
    for slot in range(SLOTS):
        counts = pointed[:, slot] != ABSENT
        if slot >= FIRST_SAMPLE:
            counts &= agreed[:, slot]
        row = np.flatnonzero(counts)
        made[row, min(slot, FIRST_SAMPLE), pointed[row, slot]] += 1


def _count_all(data: FeatureTable, index: NDArray[np.int64], made: NDArray[np.float16]) -> None:
    """Count all keys of each source."""
    frame = data.steps.frame[index]
    views = np.lib.stride_tricks.sliding_window_view(data.sound, data.classes - 1, axis=1)
    left = data.steps.reference[index].astype(np.int64) - (data.rolls.keys - 1) + _MARGIN
    for slot in range(SLOTS):
        moved = np.clip(left - data.sources.shifts[frame, slot], 0, views.shape[1] - 1)
        made[:, min(slot, FIRST_SAMPLE), :-1] += views[data.sources.frames[frame, slot], moved]


def _one_hot(values: NDArray[Any], count: int) -> NDArray[np.bool_]:
    hot: NDArray[np.bool_] = np.minimum(values, count - 1)[:, None] == np.arange(count)
    return hot


def _pitch_classes(trace: NDArray[np.float16], reference: NDArray[np.int16]) -> NDArray[np.float32]:
    """(n, 12): the share of each pitch class, counted from the reference, in a trace (n, keys)."""
    count, keys = trace.shape
    padded = np.zeros((count, -(-keys // OCTAVE) * OCTAVE), np.float32)
    padded[:, :keys] = trace
    folded = padded.reshape(count, -1, OCTAVE).sum(1)
    turned: NDArray[np.float32] = np.take_along_axis(
        folded, (reference[:, None].astype(np.int64) + np.arange(OCTAVE)) % OCTAVE, axis=1
    )
    turned /= np.maximum(turned.sum(1, keepdims=True), 1e-3)
    return turned
