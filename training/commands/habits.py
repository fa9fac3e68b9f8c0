"""`python -m training habits`: what is usual in each style of a corpus, as `composer.habits` rounds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("habits", help="a prepared corpus -> metre, mode, tempo and density by style")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.add_argument("--json", type=Path, help="file to write all shares to")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Count, print the table and write the JSON."""
    from composer.files import write_atomically
    from training import dataset, habits

    counts = habits.counted(dataset.load(options.data))
    print(habits.told(counts))
    if options.json is not None:
        write_atomically(options.json, f"{json.dumps(counts, indent=2)}\n".encode())
