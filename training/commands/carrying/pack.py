"""`python -m training pack`: a prepared corpus -> one small archive."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("pack", help="a prepared corpus -> one small archive, for another machine")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.add_argument("--out", type=file_to_write, default="corpus.zip", help="the archive, which `fit` reads too")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the archive, and tell its size."""
    from training.corpus import dataset
    from training.corpus.packing import pack_corpus

    data = dataset.load(options.data)
    size = pack_corpus(data, options.out, workers=options.workers)
    logging.getLogger("training").info(
        "%s: %.1f MB, %d sections, %.1f M tokens", options.out, size / 1e6, len(data.entries), len(data.tokens) / 1e6
    )
