"""`python -m training habits`: what is usual in each style of a corpus, as `composer.habits` holds it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("habits", help="a prepared corpus -> metre, mode, tempo and density by style")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Count and print."""
    from training import dataset, habits

    data = dataset.load(options.data)
    print(habits.told(habits.counted(data), habits.density_by_tempo(data)))
