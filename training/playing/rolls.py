"""The performances on piano rolls, held out by work."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.errors import RequestError
from training.playing.recording import read_recording

if TYPE_CHECKING:
    from pathlib import Path

    from training.playing.recording import PlayedPiano

SPLITS = ("train", "valid", "test")

_TENTHS = 10
_VALID, _TEST = 2, 4
"""Of ten shares of the rolls, two are for validation and two for the last test."""


@dataclass(frozen=True, slots=True)
class PlayedRoll:
    """A performance on a piano roll.

    Attributes:
        work: Composer and performer: the parts of a work that stand on several rolls share them.
        recording: What was played.
    """

    work: str
    recording: PlayedPiano


def read_rolls(folder: Path, split: str) -> list[PlayedRoll]:
    """The rolls of a split, in the order of their table.

    Args:
        folder: The unpacked set, with its `pieces.tsv`.
        split: One of `SPLITS`.

    Raises:
        RequestError: It is another folder.
    """
    try:
        table = (folder / "pieces.tsv").read_text(encoding="utf-8")
    except OSError:
        raise RequestError(f"no pieces.tsv in {folder}; name the folder of the piano rolls") from None
    rows = csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    found = [(f"{row['composer']} / {row['performer']}", row["file"]) for row in rows]
    return [PlayedRoll(work, read_recording(folder / name)) for work, name in found if _split_of(work) == split]


def _split_of(work: str) -> str:
    share = hashlib.sha256(work.encode()).digest()[0] % _TENTHS
    return "valid" if share < _VALID else "test" if share < _TEST else "train"
