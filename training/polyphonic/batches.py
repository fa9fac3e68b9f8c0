"""Windows of steps, drawn for training and laid end to end for measuring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from training.polyphonic.features import POINTERS, WIDTH, feature_rows, source_pointers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from training.polyphonic.features import FeatureTable

_MEASURED_TOGETHER = 8192
"""Steps, padding counted, that are measured in one batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A batch (B, T) of steps.

    Attributes:
        tokens: int32 (B, T): the class decided last, 0 at the start of a piece.
        features: float32 (B, T, WIDTH).
        pointers: float16 (B, T, POINTERS, classes).
        valid: bool (B, T, classes): classes that may come next.
        targets: int32 (B, T) classes; in independent mode float32 (B, T, classes).
        counted: float32 (B, T): 0 for padding.
    """

    tokens: NDArray[np.int32]
    features: NDArray[np.float32]
    pointers: NDArray[np.float16]
    valid: NDArray[np.bool_]
    targets: NDArray[np.int32] | NDArray[np.float32]
    counted: NDArray[np.float32]

    @property
    def inputs(self) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float16], NDArray[np.bool_]]:
        """What the network is called with."""
        return self.tokens, self.features, self.pointers, self.valid


def cut_window(data: FeatureTable, index: NDArray[np.int64]) -> Window:
    """The steps `index` (B, T), `-1` for padding."""
    flat = index.ravel()
    real = flat >= 0
    its = flat[real]

    def spread(values: NDArray[Any], *shape: int) -> NDArray[Any]:
        if real.all():
            return values.reshape(*index.shape, *shape)
        made = np.zeros((len(flat), *shape), values.dtype)
        made[real] = values
        return made.reshape(*index.shape, *shape)

    targets = data.steps.target[its].astype(np.int32) if data.serial else _sounding_at(data, its)
    return Window(
        tokens=spread(_tokens_at(data, its)),
        features=spread(feature_rows(data, its), WIDTH),
        pointers=spread(source_pointers(data, its), POINTERS, data.classes),
        valid=spread(_valid_at(data, its), data.classes),
        targets=spread(targets, *targets.shape[1:]),
        counted=spread(np.ones(len(its), np.float32)),
    )


def _tokens_at(data: FeatureTable, its: NDArray[np.int64]) -> NDArray[np.int32]:
    steps = data.steps
    first = np.isin(its, steps.starts)
    if data.serial:
        decided = steps.target[its - 1]
    else:
        decided = steps.reference[its] - steps.reference[its - 1] + data.rolls.keys - 1
    return np.where(first, 0, decided).astype(np.int32)


def _keys_at(data: FeatureTable, its: NDArray[np.int64]) -> NDArray[np.int64]:
    """The key (n, classes - 1) of each class but the last, on the keyboard or not."""
    keys: NDArray[np.int64] = data.steps.reference[its].astype(np.int64)[:, None] + np.arange(data.classes - 1)
    return keys - (data.rolls.keys - 1)


def _valid_at(data: FeatureTable, its: NDArray[np.int64]) -> NDArray[np.bool_]:
    keys = _keys_at(data, its)
    valid = np.full((len(its), data.classes), data.serial)
    upwards = (data.steps.rank[its] == 0)[:, None] | (np.arange(data.classes - 1) >= data.rolls.keys)
    valid[:, :-1] = (keys >= 0) & (keys < data.rolls.keys) & upwards
    return valid


def _sounding_at(data: FeatureTable, its: NDArray[np.int64]) -> NDArray[np.float32]:
    keys = _keys_at(data, its)
    sounding = np.zeros((len(its), data.classes), np.float32)
    frame = data.steps.frame[its][:, None]
    sounding[:, :-1] = data.rolls.frames[frame, np.clip(keys, 0, data.rolls.keys - 1)] & _valid_at(data, its)[:, :-1]
    return sounding


class Draws:
    """Random windows of some pieces, each step about equally often."""

    def __init__(self, data: FeatureTable, pieces: Sequence[int], *, seed: int) -> None:
        self._data = data
        self._starts = data.steps.starts[list(pieces)]
        self._lengths = data.steps.starts[np.asarray(pieces) + 1] - self._starts
        self._rng = np.random.default_rng(seed)

    def draw(self, batch: int, time: int) -> Window:
        """Draw `batch` windows of `time` steps; a piece shorter than that is padded."""
        piece = self._rng.choice(len(self._lengths), size=batch, p=self._lengths / self._lengths.sum())
        length = self._lengths[piece]
        # Drawn from half a window before the piece to half a window before its end, so that its edges count in full.
        wish = (self._rng.random(batch) * length).astype(np.int64) - time // 2
        start = np.clip(wish, 0, np.maximum(0, length - time))[:, None] + np.arange(time)
        return cut_window(self._data, np.where(start < length[:, None], self._starts[piece][:, None] + start, -1))


def whole_pieces(data: FeatureTable, pieces: Sequence[int]) -> Iterator[tuple[NDArray[np.int64], Window]]:
    """All steps of some pieces: whole pieces of like length together, each with its index (B, T)."""
    lengths = np.diff(data.steps.starts)
    for group in _group_pieces(sorted(pieces, key=lambda piece: int(lengths[piece])), lengths):
        place = np.arange(max(lengths[piece] for piece in group))
        starts = data.steps.starts[group][:, None]
        index = np.where(place < lengths[group][:, None], starts + place, -1)
        yield index, cut_window(data, index)


def _group_pieces(pieces: list[int], lengths: NDArray[np.int64]) -> Iterator[list[int]]:
    group: list[int] = []
    for piece in pieces:
        if group and (len(group) + 1) * lengths[piece] > _MEASURED_TOGETHER:
            yield group
            group = []
        group.append(piece)
    if group:
        yield group
