"""A prepared corpus as one small archive, for a machine to which little can be carried.

The archive holds tokens and entries. The rows, thirty times the size, are tracked again from the tokens by several
processes. Columns of the rows that tokens alone do not tell, such as those of chords, are packed as they are.
"""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import numpy as np

from composer.errors import MachineError, spell_command
from composer.files import write_atomically
from composer.parsing import parse_metre
from composer.tokens import position
from training.corpus import dataset
from training.corpus.dataset import Dataset, tracked_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from training.corpus.dataset import CorpusEntry

_AFTER, _COLUMNS, _KEPT = "after.npy", "columns.npy", "kept.npy"
_TOKENS_A_JOB = 100_000


@dataclass(frozen=True, slots=True)
class _Section:
    """What a section's rows are tracked from.

    Attributes:
        tokens: Tokens, from START.
        metre: Metre as text.
        bars: Bars that are to come at its START.
    """

    tokens: NDArray[np.uint16]
    metre: str
    bars: int


def pack_corpus(data: Dataset, path: Path, *, workers: int) -> int:
    """Write a corpus as an archive.

    Args:
        data: The corpus.
        path: The archive's file.
        workers: Processes that track rows again, to find what tokens do not tell; up to 1 tracks in this one.

    Returns:
        Bytes of the archive.

    Raises:
        OutputError: If it cannot be written there.
    """
    lasts = [entry.start + entry.length - 1 for entry in data.entries]
    after = data.rows[lasts, position.BARS_LEFT]
    differs = np.zeros(data.rows.shape[1], bool)
    start = 0
    for tracked in _track_all(data.tokens, data.entries, after, workers=workers):
        there = data.rows[start : start + len(tracked)]
        differs |= (tracked[:, : len(differs)] != there).any(axis=0)
        start += len(tracked)
    columns = np.flatnonzero(differs)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(dataset.MANIFEST, dataset.manifest_of(data))
        # A column after the other: a chord stays for many tokens, and so compresses to nothing.
        kept = np.ascontiguousarray(data.rows[:, columns].T)
        arrays: dict[str, NDArray[Any]] = {
            dataset.TOKENS: data.tokens,
            _AFTER: after,
            _COLUMNS: np.array(columns, np.uint8),
            _KEPT: kept,
        }
        for name, array in arrays.items():
            archive.writestr(name, _array_bytes(array))
    write_atomically(path, buffer.getvalue())
    return len(buffer.getvalue())


def unpack_corpus(path: Path, *, workers: int) -> Dataset:
    """Read what `pack_corpus` wrote.

    Args:
        path: The archive's file.
        workers: Processes that track the rows; up to 1 tracks in this one.

    Raises:
        MachineError: If there is no archive, it is damaged or it was made with another vocabulary.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries, reads = dataset.read_manifest(archive.read(dataset.MANIFEST), path)
            tokens, after, columns, kept = (
                np.load(io.BytesIO(archive.read(name))) for name in (dataset.TOKENS, _AFTER, _COLUMNS, _KEPT)
            )
        rows = np.empty((len(tokens), reads.row_width), np.uint8)
        start = 0
        for tracked in _track_all(tokens, entries, after, workers=workers):
            rows[start : start + len(tracked)] = tracked[:, : reads.row_width]
            start += len(tracked)
        rows[:, columns] = kept.T
        return Dataset(tokens, rows, entries)
    except OSError:
        raise MachineError(f"no packed corpus at {path}; pack one: {spell_command('training pack')}") from None
    except (ValueError, KeyError, TypeError, EOFError, IndexError, zipfile.BadZipFile) as error:
        raise MachineError(f"the corpus in {path} is damaged; pack it again") from error


def load_corpus(path: Path, *, workers: int) -> Dataset:
    """A corpus from its folder, or from an archive of it; see `dataset.load` and `unpack_corpus`."""
    return unpack_corpus(path, workers=workers) if path.is_file() else dataset.load(path)


def _track_all(
    tokens: NDArray[np.uint16], entries: tuple[CorpusEntry, ...], after: NDArray[np.uint8], *, workers: int
) -> Iterator[NDArray[np.uint8]]:
    """The rows of all sections in turn, without chords, of the newest feature set; many sections at a time."""
    sections = [
        _Section(tokens[entry.start : entry.start + entry.length], entry.metre, entry.bars + int(left))
        for entry, left in zip(entries, after, strict=True)
    ]
    if workers <= 1:
        yield from map(_track, _share_out(sections))
        return
    # Not fork: threads of whatever was loaded would be copied in whatever state they are.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_track, _share_out(sections))


def _share_out(sections: list[_Section]) -> Iterator[list[_Section]]:
    """Sections in turn, in shares that are worth a process's while."""
    share: list[_Section] = []
    for section in sections:
        share.append(section)
        if sum(len(one.tokens) for one in share) >= _TOKENS_A_JOB:
            yield share
            share = []
    if share:
        yield share


def _track(sections: list[_Section]) -> NDArray[np.uint8]:
    return np.concatenate(
        [tracked_rows(one.tokens.tolist(), parse_metre(one.metre), bars=one.bars) for one in sections]
    )


def _array_bytes(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()
