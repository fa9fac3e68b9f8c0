"""`python -m training unpack`: the archive that `pack` wrote -> a prepared corpus."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("unpack", help="the archive that `pack` wrote -> a prepared corpus")
    parser.add_argument("archive", type=Path)
    parser.add_argument("--out", type=folder_to_write, default="prepared", help="where the prepared corpus goes")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Track the rows again, and write the folder."""
    from training.corpus import dataset
    from training.corpus.packing import unpack_corpus

    dataset.save(unpack_corpus(options.archive, workers=options.workers), options.out)
