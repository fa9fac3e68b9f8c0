"""A prepared corpus: tokens, position rows and conditions as flat arrays, and batches drawn from them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import MachineError, OutputError, spell_command
from composer.files import write_atomically
from composer.tokens import features, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from composer.music.chord_symbol import ChordChange
    from composer.music.score import Metre
    from composer.tokens.features import FeatureSet

MANIFEST, TOKENS, ROWS = "manifest.json", "tokens.npy", "rows.npy"
SPLITS = ("train", "valid", "test")


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
        return feature_set_of(self.rows.shape[1])

    def of(self, split: str) -> tuple[CorpusEntry, ...]:
        """The entries of one of `SPLITS`."""
        return tuple(entry for entry in self.entries if entry.split == split)


def feature_set_of(row_width: int) -> FeatureSet:
    """The feature set whose tracker has rows of so many bytes."""
    return next(one for one in features.SETS.values() if one.row_width == row_width)


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
    write_atomically(folder / MANIFEST, manifest_of(dataset))


def manifest_of(dataset: Dataset) -> bytes:
    """What a prepared corpus holds beside its arrays, as JSON."""
    manifest = {
        "vocabulary": vocabulary.fingerprint(),
        "features": dataset.feature_set.fingerprint,
        "entries": [asdict(entry) for entry in dataset.entries],
    }
    return json.dumps(manifest, ensure_ascii=False).encode()


def read_manifest(text: bytes, place: Path) -> tuple[tuple[CorpusEntry, ...], FeatureSet]:
    """The entries that `manifest_of` told, and what can be read beside the tokens.

    Args:
        text: The manifest.
        place: Where it was found, for errors.

    Raises:
        MachineError: If it was made with another vocabulary.
        ValueError: If it is damaged, or KeyError, or TypeError.
    """
    manifest = json.loads(text)
    if manifest["vocabulary"] != vocabulary.fingerprint() or manifest["features"] not in features.SETS:
        raise MachineError(f"the corpus in {place} was prepared with another vocabulary; prepare it again")
    entries = tuple(CorpusEntry(**{**entry, "classes": tuple(entry["classes"])}) for entry in manifest["entries"])
    return entries, features.SETS[manifest["features"]]


def load(folder: Path) -> Dataset:
    """Read what `save` wrote.

    Raises:
        MachineError: If there is no prepared corpus, it is damaged or it was made with another vocabulary.
    """
    try:
        entries, _ = read_manifest((folder / MANIFEST).read_bytes(), folder)
        return Dataset(np.load(folder / TOKENS), np.load(folder / ROWS), entries)
    except OSError:
        raise MachineError(
            f"no prepared corpus in {folder}; run: {spell_command('training prepare')} --out {folder}"
        ) from None
    except (ValueError, KeyError, TypeError, EOFError) as error:
        raise MachineError(f"the corpus in {folder} is damaged; prepare it again") from error
