"""`python -m training count-dances`: the tables that folk tunes and rags are written by."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("count-dances", help="reels, jigs and rags of a prepared corpus -> counted tables")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.add_argument("--out", type=file_to_write, default="counted.json", help="where they go (counted.json)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Count, write, and say how many tunes were counted."""
    from training.corpus import dataset
    from training.dances import counting

    tables = counting.count_dances(dataset.load(options.data))
    counting.save(tables, options.out)
    for kind, modes in tables["kinds"].items():
        counted = (f"{own['tunes']} in {mode}" for mode, own in modes.items())
        print(f"{kind}: {', '.join(counted)}")
