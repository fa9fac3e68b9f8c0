"""The keys that are found against those that titles name."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from composer.formats.sections import Refused, sections_of_all
from composer.music.score import Key, Mode
from training.corpus import sources
from training.corpus.read_cache import bytes_of, transcripts_of
from training.corpus.title_keys import key_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from composer.formats.sections import Section

VERDICTS = ("same", "relative", "parallel", "fifth", "other")


@dataclass(frozen=True, slots=True)
class Check:
    """A piece whose title names its key, which is where it begins and ends.

    Attributes:
        piece: Set and file.
        named: Key that the title names.
        found: Key that is found in the longest of its sections.
    """

    piece: str
    named: Key
    found: Key

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`: in what relation the found key stands to the named one."""
        move = (self.found.tonic - self.named.tonic) % 12
        if self.found.mode is not self.named.mode:
            relative = 9 if self.named.mode is Mode.MAJOR else 3
            return {relative: "relative", 0: "parallel"}.get(move, "other")
        return {0: "same", 5: "fifth", 7: "fifth"}.get(move, "other")


def check_keys(corpora: Iterable[Path], *, only: Iterable[str]) -> list[Check]:
    """Every piece of the corpora whose title names one key and that can be read."""
    with tempfile.TemporaryDirectory() as folder:
        return list(_check_pieces(sources.source_pieces(corpora, unpack_to=Path(folder), only=only)))


def _check_pieces(pieces: Iterable[sources.SourcePiece]) -> Iterator[Check]:
    for piece in pieces:
        named = key_named(piece.title)
        if named is None or not piece.group:
            continue
        try:
            sections = sections_of_all(transcripts_of(piece, bytes_of(piece)))
        except Refused:
            continue
        yield Check(piece.name, named, _original_key(max(sections, key=lambda section: section.score.bars)))


def _original_key(section: Section) -> Key:
    """The section's key before it was moved to C major or A minor."""
    return Key((section.score.key.tonic - section.transposition) % 12, section.score.key.mode)


def format_table(checks: Iterable[Check]) -> str:
    """For each set how many found keys stand in which relation to the named ones."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in checks:
        counts[one.piece.partition("/")[0]][one.verdict] += 1
    lines = [f"{'set':24} {'pieces':>6} " + " ".join(f"{verdict:>8}" for verdict in VERDICTS) + "   same"]
    for name, row in sorted(counts.items()):
        shown = " ".join(f"{row[verdict]:8}" for verdict in VERDICTS)
        lines.append(f"{name:24} {row.total():6} {shown} {row['same'] / row.total():6.1%}")
    return "\n".join(lines)
