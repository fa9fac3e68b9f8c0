"""Corpora -> one prepared dataset, with a report of what was refused and why."""

from __future__ import annotations

import logging
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from composer.errors import RequestError
from training.corpus import duplicates, sources
from training.corpus.dataset import SPLITS, CorpusEntry, Dataset
from training.corpus.encoding import Reading
from training.corpus.files import printable
from training.corpus.read_cache import Reader
from training.corpus.workers import Failure, work_in_processes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from training.corpus.sources import SourcePiece

log = logging.getLogger("training")

SECONDS_A_FILE = 180.0
"""Within which any piece is read but a monstrous one."""

TAKEN = "taken"
ANOTHER_VERSION = "another version of a piece that was taken"


class UnusableCorpusError(RequestError):
    """No file of a corpus could be used.

    Attributes:
        verdicts: For every file the reason.
    """

    def __init__(
        self, verdicts: dict[SourcePiece, str], left_out: Mapping[str, str], report: Path | None = None
    ) -> None:
        """Tell the commonest reason, and where all of them stand."""
        told = f"; what became of each file stands in {report}" if report is not None else ""
        super().__init__(
            f"no file in the corpus could be used{_commonest(verdicts.values() or left_out.values())}; name another "
            f"with --corpus{told}"
        )
        self.verdicts = verdicts


def prepare_corpus(
    corpora: Iterable[Path],
    *,
    only: Iterable[str],
    workers: int,
    cache: Path | None = None,
    seconds: float = SECONDS_A_FILE,
    left_out: dict[str, str] | None = None,
) -> tuple[Dataset, dict[SourcePiece, str]]:
    """Read, sort, de-duplicate and encode.

    Args:
        corpora: See `training.corpus.sources.source_pieces`.
        only: Names of the sets to take; empty takes all.
        workers: Processes; 0 reads in this one, without their limits of time and memory.
        cache: Folder in which readings are kept for the next time.
        seconds: Seconds that reading one file may take.
        left_out: Takes the place of each file that is no music, with the reason.

    Returns:
        The dataset, and for every file `TAKEN` or the reason why it was refused; see `count_verdicts`.

    Raises:
        UnusableCorpusError: If no file could be used.
        RequestError: See `training.corpus.sources.source_pieces`.
    """
    with tempfile.TemporaryDirectory() as folder:
        pieces = sources.source_pieces(corpora, unpack_to=Path(folder), only=only, left_out=left_out)
        readings = _read_pieces(pieces, Reader(cache), workers=workers, seconds=seconds)
    verdicts = {piece: found.refused or TAKEN for piece, found in zip(pieces, readings, strict=True)}
    taken = [(piece, found) for piece, found in zip(pieces, readings, strict=True) if found.sections]
    if not taken:
        log_verdicts(verdicts, left_out or {})
        raise UnusableCorpusError(verdicts, left_out or {})
    kept = list(_one_of_each_work(taken))
    verdicts |= dict.fromkeys({piece for piece, _ in taken} - {piece for piece, _, _ in kept}, ANOTHER_VERSION)
    return _lay_out(kept), verdicts


def count_verdicts(verdicts: Mapping[SourcePiece, str]) -> dict[str, Counter[str]]:
    """For each set how many of its files met which verdict."""
    report: dict[str, Counter[str]] = defaultdict(Counter)
    for piece, verdict in verdicts.items():
        report[piece.collection][verdict] += 1
    return dict(report)


def log_verdicts(verdicts: Mapping[SourcePiece, str], left_out: Mapping[str, str]) -> None:
    """Tell how many files of each set met which verdict, and in one line what was no music."""
    for collection, reasons in count_verdicts(verdicts).items():
        for reason, count in reasons.most_common():
            log.info("%-24s %6d %s", printable(collection), count, reason)
    if left_out:
        kinds = Counter(Path(name).suffix.lower() or "no ending" for name in left_out).most_common()
        log.info("passed over: %d files (%s)", len(left_out), ", ".join(f"{count} {kind}" for kind, count in kinds))


def _commonest(reasons: Iterable[str]) -> str:
    return "".join(f" ({count} files: {reason})" for reason, count in Counter(reasons).most_common(1))


def _read_pieces(pieces: Sequence[SourcePiece], reader: Reader, *, workers: int, seconds: float) -> list[Reading]:
    """What became of each piece; processes read them that can be killed, since a file can take any time."""
    readings = [_turned_away(piece) for piece in pieces]
    wanted = [index for index, reading in enumerate(readings) if reading.refused is None]
    here, there = ([], wanted) if workers else (wanted, [])
    with tqdm(total=len(pieces), initial=len(pieces) - len(wanted), unit="file", disable=None) as bar:
        for index in here:
            readings[index] = reader(pieces[index])
            bar.update()
        for place, found in work_in_processes(reader, [pieces[i] for i in there], workers=workers, seconds=seconds):
            readings[there[place]] = Reading(refused=found.reason) if isinstance(found, Failure) else found
            bar.update()
    return readings


def _turned_away(piece: SourcePiece) -> Reading:
    if not piece.is_open:
        return Reading(refused=f"licence {piece.licence or 'not stated'}")
    if not piece.has_beats:
        return Reading(refused="a performance without beats, which has no bars to learn from")
    return Reading(refused=None if piece.group else "played by what no style is for")


def _one_of_each_work(taken: Sequence[tuple[SourcePiece, Reading]]) -> Iterator[tuple[SourcePiece, str, Reading]]:
    """The longest version of each work, in the most held-out split of all its versions."""
    versions: dict[int, list[tuple[SourcePiece, Reading]]] = defaultdict(list)
    for work, version in zip(duplicates.group_works([found.melody for _, found in taken]), taken, strict=True):
        versions[work].append(version)
    for members in versions.values():
        piece, longest = max(members, key=lambda version: sum(len(section.tokens) for section in version[1].sections))
        yield piece, max((member.split for member, _ in members), key=SPLITS.index), longest


def _lay_out(kept: Iterable[tuple[SourcePiece, str, Reading]]) -> Dataset:
    entries: list[CorpusEntry] = []
    tokens: list[NDArray[np.uint16]] = []
    rows: list[NDArray[np.uint8]] = []
    start = 0
    for piece, split, reading_ in sorted(kept, key=lambda item: (SPLITS.index(item[1]), item[0].name)):
        for section in reading_.sections:
            tokens.append(section.tokens)
            rows.append(section.rows)
            entries.append(
                CorpusEntry(
                    name=piece.name,
                    collection=piece.collection,
                    composer=piece.composer,
                    title=piece.title,
                    licence=piece.licence,
                    style=reading_.style,
                    split=split,
                    metre=section.metre,
                    transposition=section.transposition,
                    bars=section.bars,
                    notes=section.notes,
                    start=start,
                    length=len(section.tokens),
                    classes=section.classes,
                )
            )
            start += len(section.tokens)
    return Dataset(np.concatenate(tokens), np.concatenate(rows), tuple(entries))
