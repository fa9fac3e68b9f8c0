"""`python -m training prepare`: music files -> a prepared corpus."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from training.corpus.sources import SourcePiece


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("prepare", help="music files -> a prepared corpus")
    parser.add_argument("--corpus", type=Path, nargs="+", required=True, help="folders, archives of music")
    parser.add_argument("--sets", nargs="*", default=[], help="names of the sets to take (all)")
    parser.add_argument("--out", type=folder_to_write, default="prepared", help="where the prepared corpus goes")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--cache", type=folder_to_write, help="folder for what was read, for the next time (OUT/cache)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Read, split, save, and tell what was refused and why."""
    from training.corpus import dataset
    from training.corpus.prepare import UnusableCorpusError, log_verdicts, prepare_corpus

    cache = options.cache or options.out / "cache"
    left_out: dict[str, str] = {}
    report = options.out / "verdicts.tsv"
    try:
        prepared, verdicts = prepare_corpus(
            options.corpus, only=options.sets, workers=max(1, options.workers), cache=cache, left_out=left_out
        )
    except UnusableCorpusError as error:
        _write_verdicts(report, error.verdicts, left_out)
        raise UnusableCorpusError(error.verdicts, left_out, report) from error
    dataset.save(prepared, options.out)
    _write_verdicts(report, verdicts, left_out)
    log = logging.getLogger("training")
    log_verdicts(verdicts, left_out)
    for split in dataset.SPLITS:
        entries = prepared.of(split)
        notes, tokens = sum(entry.notes for entry in entries), sum(entry.length for entry in entries)
        log.info("%-6s %5d sections %9d notes %9d tokens", split, len(entries), notes, tokens)
    log.info("what became of each file stands in %s", report)


def _write_verdicts(report: Path, verdicts: Mapping[SourcePiece, str], left_out: Mapping[str, str]) -> None:
    from composer.files import write_atomically

    report.parent.mkdir(parents=True, exist_ok=True)
    rows = sorted([*((piece.name, verdict) for piece, verdict in verdicts.items()), *left_out.items()])
    write_atomically(report, "".join(f"{name}\t{why}\n" for name, why in rows).encode())
