"""Prepared corpora to test with, of a few short pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.training.midi_files import two_hands, write
from training.corpus.prepare import count_verdicts, prepare_corpus

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

    from training.corpus.dataset import Dataset

COLUMNS = ("dataset", "file", "composer", "title", "licence", "split")


def make_set(corpus: Path, name: str, splits: dict[str, str], *, bars: int = 12) -> None:
    """Write a set of pieces, each with a tune of its own (equal file names have equal tunes), and its table."""
    table = corpus / "pieces.tsv"
    lines = table.read_text().splitlines() if table.is_file() else ["\t".join(COLUMNS)]
    for file, split in splits.items():
        write(corpus / name / file, two_hands(bars, seed=sum(file.encode())))
        lines.append("\t".join((name, file, "Anonymous", f"Tune {file}", "CC0-1.0", split)))
    corpus.mkdir(exist_ok=True)
    table.write_text("\n".join(lines))


def prepared(corpus: Path) -> tuple[Dataset, dict[str, Counter[str]]]:
    """Prepare a corpus in this process."""
    data, verdicts = prepare_corpus([corpus], only=(), workers=0)
    return data, count_verdicts(verdicts)


def small_dataset(folder: Path, splits: dict[str, str] | None = None) -> Dataset:
    """Two pieces to train on and one for each other split, if no others are asked for."""
    splits = splits or {"a.mid": "train", "b.mid": "valid", "c.mid": "train", "d.mid": "test"}
    make_set(folder, "polish-scores-piano", splits)
    return prepared(folder)[0]
