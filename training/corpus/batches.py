"""Windows of a prepared corpus, drawn by their sets' weights, and what a network reads of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import RequestError
from composer.styles.table import KINDS_OF_PIANO
from composer.tokens import conditions, features, outlook
from training.corpus.dataset import feature_set_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from training.corpus.dataset import CorpusEntry, Dataset

ANY_SHARE = 0.15
"""How often a condition is left open in training, so that every option stays optional."""

_START_SHARE = 0.25
_GENERAL_SHARE = 0.5
_PIANO = conditions.style_class("piano")
_KINDS_OF_PIANO = tuple(conditions.style_class(name) for name in KINDS_OF_PIANO)


@dataclass(frozen=True, slots=True)
class RowWindows:
    """Windows of a corpus, as it holds them: an eighth of a batch, for a device that makes the features itself.

    Attributes:
        tokens: int32, shape (batch, time).
        rows: uint8, shape (batch, time, bytes of a row of one of the feature sets).
        classes: uint8, shape (batch, time, conditions).
        targets: int32, shape (batch, time): the token after each.
    """

    tokens: NDArray[np.int32]
    rows: NDArray[np.uint8]
    classes: NDArray[np.uint8]
    targets: NDArray[np.int32]

    def features(self) -> NDArray[np.float32]:
        """What a network reads beside the tokens, shape (batch, time, width of the feature set)."""
        asked = features.condition_features(self.classes)
        return feature_set_of(self.rows.shape[-1]).features(self.rows, asked)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of a corpus, as a network reads them.

    Attributes:
        tokens: int32, shape (batch, time).
        features: float32, shape (batch, time, width of the corpus's feature set).
        targets: int32, shape (batch, time): the token after each.
    """

    tokens: NDArray[np.int32]
    features: NDArray[np.float32]
    targets: NDArray[np.int32]


class Batches:
    """Draws training windows: a section by its weight, then a place in it.

    A window runs on into the sections that follow, so that none is padded; a START always tells where a
    piece begins. A quarter of the windows begin with one.
    """

    def __init__(
        self,
        dataset: Dataset,
        weights: Mapping[str, float],
        *,
        seed: int,
        vary: Callable[[Batch], Batch] | None = None,
    ) -> None:
        """Take weights by set's name, 1 where none is given; sections count by their length too.

        Args:
            dataset: Corpus whose train split is drawn from.
            weights: Weight of each set by its name.
            seed: Seed of the draws.
            vary: Changes every batch that is drawn.

        Raises:
            RequestError: If a weight is for no set of the corpus, or nothing is left to train on.
        """
        known = {entry.collection for entry in dataset.entries}
        if unknown := weights.keys() - known:
            raise RequestError(f"the corpus has no set {min(unknown)}; there are {', '.join(sorted(known))}")
        self._dataset = dataset
        self._classes = np.array([entry.classes for entry in dataset.entries], np.uint8)
        self._starts = np.array([entry.start for entry in dataset.entries])
        train = [index for index, entry in enumerate(dataset.entries) if entry.split == "train"]
        mass = np.array(
            [dataset.entries[i].length * weights.get(dataset.entries[i].collection, 1.0) for i in train], float
        )
        if not mass.sum() > 0 or mass.min() < 0:
            raise RequestError("the corpus has nothing to train on: no section in its train split weighs more than 0")
        self._train, self._mass = np.array(train), mass / mass.sum()
        last = dataset.entries[train[-1]]
        self._end = last.start + last.length
        self._rng = np.random.default_rng(seed)
        self._vary = vary

    def draw(self, batch: int, time: int) -> Batch:
        """A batch of `batch` windows of `time` tokens; see `draw_windows`."""
        drawn = _as_batch(self.draw_windows(batch, time))
        return drawn if self._vary is None else self._vary(drawn)

    def draw_windows(self, batch: int, time: int) -> RowWindows:
        """The same without features, and never varied.

        Raises:
            RequestError: If the corpus is shorter than a window.
        """
        if self._end <= time:
            raise RequestError(f"the corpus has only {self._end} tokens to train on; {time + 1} are needed at least")
        chosen = self._rng.choice(self._train, size=batch, p=self._mass)
        lengths = np.array([self._dataset.entries[index].length for index in chosen])
        offsets = (self._rng.random(batch) * lengths).astype(int)
        offsets[self._rng.random(batch) < _START_SHARE] = 0
        begins = np.minimum(self._starts[chosen] + offsets, self._end - time - 1)
        places = begins[:, None] + np.arange(time)
        sections = np.searchsorted(self._starts, places, side="right") - 1
        classes = self._varied(sections)
        present, where = np.unique(sections, return_inverse=True)
        left_open = (self._rng.random(len(present)) < ANY_SHARE)[where.reshape(sections.shape)]
        return windows_at(self._dataset, places, classes, chords_open=left_open)

    def _varied(self, sections: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Classes of each place's section, some left open, some kinds of piano music called just piano."""
        present, where = np.unique(sections, return_inverse=True)
        classes = self._classes[present].copy()
        general = np.isin(classes[:, 0], _KINDS_OF_PIANO) & (self._rng.random(len(classes)) < _GENERAL_SHARE)
        classes[general, 0] = _PIANO
        classes[self._rng.random(classes.shape) < ANY_SHARE] = conditions.ANY
        varied: NDArray[np.uint8] = classes[where.reshape(sections.shape)]
        return varied


def windows_at(
    dataset: Dataset,
    places: NDArray[np.int64],
    classes: NDArray[np.uint8],
    *,
    chords_open: NDArray[np.bool_] | bool = True,
) -> RowWindows:
    """The tokens at some places and those after.

    Args:
        dataset: The corpus.
        places: Places in its arrays, shape (batch, time).
        classes: Condition classes at each, shape (batch, time, conditions).
        chords_open: Where chords are left open, shape (batch, time): they were read from the notes that are to come.
    """
    rows = dataset.rows[places]
    if dataset.feature_set.has_outlook:
        outlook.leave_chords_open(rows, np.broadcast_to(chords_open, places.shape))
    tokens, targets = (dataset.tokens[at].astype(np.int32) for at in (places, places + 1))
    return RowWindows(tokens, rows, classes, targets)


def batch_at(
    dataset: Dataset,
    places: NDArray[np.int64],
    classes: NDArray[np.uint8],
    *,
    chords_open: NDArray[np.bool_] | bool = True,
) -> Batch:
    """The same with features; see `windows_at`."""
    return _as_batch(windows_at(dataset, places, classes, chords_open=chords_open))


def _as_batch(windows: RowWindows) -> Batch:
    return Batch(windows.tokens, windows.features(), windows.targets)


def whole_section(dataset: Dataset, entry: CorpusEntry, *, longest: int, chords_open: bool = True) -> Batch:
    """A section as a batch of one, from its START, cut after `longest` tokens."""
    places = np.arange(entry.start, entry.start + min(entry.length - 1, longest))[None]
    classes = np.broadcast_to(np.array(entry.classes, np.uint8), (*places.shape, len(entry.classes)))
    return batch_at(dataset, places, classes, chords_open=chords_open)
