"""Corpora of MIDI files -> one prepared dataset, with a report of what was refused and why."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from composer import clock, tokenizer
from composer.conditions import ANY, Conditions, density_class, style_class, tempo_class
from composer.errors import RequestError
from training import duplicates, reading, sources
from training.dataset import SPLITS, Dataset, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from composer.score import Score
    from training.reading import Section
    from training.sources import Piece


@dataclass(frozen=True, slots=True)
class _Encoded:
    """One section, ready to be laid into the arrays."""

    tokens: NDArray[np.uint16]
    rows: NDArray[np.uint8]
    classes: tuple[int, ...]
    metre: str
    transposition: int
    bars: int
    notes: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """What became of one file: sections, or the reason why there are none."""

    sections: tuple[_Encoded, ...]
    melody: frozenset[int]
    refused: str | None


TAKEN = "taken"
ANOTHER_VERSION = "another version of a piece that was taken"


def prepare(corpora: Iterable[Path], *, only: Iterable[str], workers: int) -> tuple[Dataset, dict[Piece, str]]:
    """Read, sort, de-duplicate and encode.

    Args:
        corpora: See `training.sources.pieces`.
        only: Names of the sets to take; empty takes all.
        workers: Processes; up to 1 reads in this one.

    Returns:
        The dataset, and for every file `TAKEN` or the reason why it was refused; see `counted`.

    Raises:
        RequestError: If no file could be used, or see `training.sources.pieces`.
    """
    with tempfile.TemporaryDirectory() as folder:
        pieces = sources.pieces(corpora, unpack_to=Path(folder), only=only)
        readings = list(tqdm(_readings(pieces, workers), total=len(pieces), unit="file", disable=None))
    verdicts = {piece: found.refused or TAKEN for piece, found in zip(pieces, readings, strict=True)}
    taken = [(piece, found) for piece, found in zip(pieces, readings, strict=True) if found.sections]
    if not taken:
        raise RequestError(
            f"no MIDI file in the corpus could be used{_commonest(verdicts)}; name another with --corpus"
        )
    kept = list(_one_of_each_work(taken))
    verdicts |= dict.fromkeys({piece for piece, _ in taken} - {piece for piece, _, _ in kept}, ANOTHER_VERSION)
    return _lay_out(kept), verdicts


def counted(verdicts: Mapping[Piece, str]) -> dict[str, Counter[str]]:
    """For each set how many of its files met which verdict."""
    report: dict[str, Counter[str]] = defaultdict(Counter)
    for piece, verdict in verdicts.items():
        report[piece.collection][verdict] += 1
    return dict(report)


def _commonest(verdicts: Mapping[Piece, str]) -> str:
    return "".join(f" ({count} files: {reason})" for reason, count in Counter(verdicts.values()).most_common(1))


def _readings(pieces: Sequence[Piece], workers: int) -> Iterator[_Reading]:
    if workers <= 1:
        yield from map(_read, pieces)
        return
    # Not fork: TensorFlow's threads, if it is loaded, would be copied in whatever state they are.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_read, pieces, chunksize=8)


def _read(piece: Piece) -> _Reading:
    if not piece.is_open:
        return _Reading((), frozenset(), f"licence {piece.licence or 'not stated'}")
    try:
        sections = reading.read(piece.path, group=piece.group)
    except reading.Refused as reason:
        return _Reading((), frozenset(), str(reason))
    encoded = tuple(_encode(section, piece.style) for section in sections)
    return _Reading(encoded, duplicates.melody_grams(section.score for section in sections), None)


def _encode(section: Section, style: str) -> _Encoded:
    score = section.score
    tokens = tokenizer.encode(score)
    now = clock.Clock(score.metre, score.bars + section.bars_after)
    rows = bytearray()
    for token in tokens:
        now.read(token)
        rows += now.row
    return _Encoded(
        tokens=np.array(tokens, np.uint16),
        rows=np.frombuffer(bytes(rows), np.uint8).reshape(len(tokens), clock.WIDTH),
        classes=_conditions(score, style, tempo_known=section.tempo_known).classes(),
        metre=str(score.metre),
        transposition=section.transposition,
        bars=score.bars,
        notes=len(score.notes),
    )


def _conditions(score: Score, style: str, *, tempo_known: bool) -> Conditions:
    tempo = score.tempos[0].quarters_per_minute
    return Conditions(
        style=style_class(style),
        mode=1 + score.key.mode,
        tempo=tempo_class(tempo, score.metre) if tempo_known else ANY,
        density=density_class(score),
    )


def _one_of_each_work(taken: Sequence[tuple[Piece, _Reading]]) -> Iterator[tuple[Piece, str, _Reading]]:
    """The longest version of each work, in the most held-out split of all its versions."""
    versions: dict[int, list[tuple[Piece, _Reading]]] = defaultdict(list)
    for work, version in zip(duplicates.works([found.melody for _, found in taken]), taken, strict=True):
        versions[work].append(version)
    for members in versions.values():
        piece, longest = max(members, key=lambda version: sum(len(section.tokens) for section in version[1].sections))
        yield piece, max((member.split for member, _ in members), key=SPLITS.index), longest


def _lay_out(kept: Iterable[tuple[Piece, str, _Reading]]) -> Dataset:
    entries: list[Entry] = []
    tokens: list[NDArray[np.uint16]] = []
    rows: list[NDArray[np.uint8]] = []
    start = 0
    for piece, split, reading_ in sorted(kept, key=lambda item: (SPLITS.index(item[1]), item[0].name)):
        for section in reading_.sections:
            tokens.append(section.tokens)
            rows.append(section.rows)
            entries.append(
                Entry(
                    name=piece.name,
                    collection=piece.collection,
                    composer=piece.composer,
                    title=piece.title,
                    licence=piece.licence,
                    style=piece.style,
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
