"""A prepared corpus: tokens, position rows and conditions as flat arrays, and batches drawn from them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import MachineError, OutputError, RequestError, spell_command
from composer.files import write_atomically
from composer.styles.table import KINDS_OF_PIANO
from composer.tokens import conditions, features, outlook, vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from composer.music.chord_symbol import ChordChange
    from composer.music.score import Metre
    from composer.tokens.features import FeatureSet

MANIFEST, TOKENS, ROWS = "manifest.json", "tokens.npy", "rows.npy"
SPLITS = ("train", "valid", "test")
ANY_SHARE = 0.15
"""How often a condition is left open in training, so that every option stays optional."""

_START_SHARE = 0.25
_GENERAL_SHARE = 0.5
_PIANO = conditions.style_class("piano")
_KINDS_OF_PIANO = tuple(conditions.style_class(name) for name in KINDS_OF_PIANO)


@dataclass(frozen=True, slots=True)
class CorpusEntry:
    """One section in a prepared corpus; its tokens are `tokens[start : start + length]`."""

    name: str
    collection: str
    composer: str
    title: str
    licence: str
    style: str
    split: str
    metre: str
    transposition: int
    bars: int
    notes: int
    start: int
    length: int
    classes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """All sections of a corpus.

    Attributes:
        tokens: Tokens of all sections end to end, shape (tokens,).
        rows: Row of the tracker after each token, shape (tokens, bytes); of one of the feature sets.
        entries: One for each section, in the order of the arrays; those of a split side by side, in the order
            of `SPLITS`.
    """

    tokens: NDArray[np.uint16]
    rows: NDArray[np.uint8]
    entries: tuple[CorpusEntry, ...]

    def __post_init__(self) -> None:
        """Refuse arrays that do not belong to the entries."""
        length = sum(entry.length for entry in self.entries)
        known = [(length, one.row_width) for one in features.SETS.values()]
        if self.tokens.shape != (length,) or self.rows.shape not in known:
            raise ValueError(f"{length} tokens expected, got {self.tokens.shape} and rows {self.rows.shape}")

    @property
    def feature_set(self) -> FeatureSet:
        """What can be read beside the tokens."""
        return next(one for one in features.SETS.values() if one.row_width == self.rows.shape[1])

    def of(self, split: str) -> tuple[CorpusEntry, ...]:
        """The entries of one of `SPLITS`."""
        return tuple(entry for entry in self.entries if entry.split == split)


def tracked_rows(
    tokens: Iterable[int], metre: Metre, *, bars: int, chords: Sequence[ChordChange] = ()
) -> NDArray[np.uint8]:
    """The newest tracker's row after each token of a section.

    Args:
        tokens: Tokens of the section, from START.
        metre: Metre of all bars.
        bars: Number of bars that are to come at its START.
        chords: Its chords, where they are known; see `composer.music.chord_reading`.

    Returns:
        Shape (tokens, bytes).
    """
    now = features.NEWEST.track(metre, bars, chords=chords)
    rows = bytearray()
    for token in tokens:
        now.read(token)
        rows += now.row
    return np.frombuffer(bytes(rows), np.uint8).reshape(-1, features.NEWEST.row_width)


def narrowed(dataset: Dataset, reads: FeatureSet) -> Dataset:
    """The corpus with no more beside its tokens than an earlier feature set knows."""
    return Dataset(dataset.tokens, dataset.rows[:, : reads.row_width], dataset.entries)


def save(dataset: Dataset, folder: Path) -> None:
    """Write arrays and manifest into `folder`, which is made.

    The manifest comes last: without it there is no prepared corpus, only its leavings.

    Raises:
        OutputError: If they cannot be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        np.save(folder / TOKENS, dataset.tokens)
        np.save(folder / ROWS, dataset.rows)
    except OSError as error:
        raise OutputError(f"cannot write the prepared corpus to {folder}: {error.strerror or error}") from error
    manifest = {
        "vocabulary": vocabulary.fingerprint(),
        "features": dataset.feature_set.fingerprint,
        "entries": [asdict(entry) for entry in dataset.entries],
    }
    write_atomically(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False).encode())


def load(folder: Path) -> Dataset:
    """Read what `save` wrote.

    Raises:
        MachineError: If there is no prepared corpus, it is damaged or it was made with another vocabulary.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["vocabulary"] != vocabulary.fingerprint() or manifest["features"] not in features.SETS:
            raise MachineError(f"the corpus in {folder} was prepared with another vocabulary; prepare it again")
        entries = tuple(CorpusEntry(**{**entry, "classes": tuple(entry["classes"])}) for entry in manifest["entries"])
        return Dataset(np.load(folder / TOKENS), np.load(folder / ROWS), entries)
    except OSError:
        raise MachineError(
            f"no prepared corpus in {folder}; run: {spell_command('training prepare')} --out {folder}"
        ) from None
    except (ValueError, KeyError, TypeError, EOFError) as error:
        raise MachineError(f"the corpus in {folder} is damaged; prepare it again") from error


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of a corpus.

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
        """A batch of `batch` windows of `time` tokens.

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
        drawn = batch_at(self._dataset, places, classes, chords_open=left_open)
        return drawn if self._vary is None else self._vary(drawn)

    def _varied(self, sections: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Classes of each place's section, some left open, some kinds of piano music called just piano."""
        present, where = np.unique(sections, return_inverse=True)
        classes = self._classes[present].copy()
        general = np.isin(classes[:, 0], _KINDS_OF_PIANO) & (self._rng.random(len(classes)) < _GENERAL_SHARE)
        classes[general, 0] = _PIANO
        classes[self._rng.random(classes.shape) < ANY_SHARE] = conditions.ANY
        varied: NDArray[np.uint8] = classes[where.reshape(sections.shape)]
        return varied


def batch_at(
    dataset: Dataset,
    places: NDArray[np.int64],
    classes: NDArray[np.uint8],
    *,
    chords_open: NDArray[np.bool_] | bool = True,
) -> Batch:
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
    return Batch(tokens, dataset.feature_set.features(rows, features.condition_features(classes)), targets)


def whole_section(dataset: Dataset, entry: CorpusEntry, *, longest: int, chords_open: bool = True) -> Batch:
    """A section as a batch of one, from its START, cut after `longest` tokens."""
    places = np.arange(entry.start, entry.start + min(entry.length - 1, longest))[None]
    classes = np.broadcast_to(np.array(entry.classes, np.uint8), (*places.shape, len(entry.classes)))
    return batch_at(dataset, places, classes, chords_open=chords_open)
