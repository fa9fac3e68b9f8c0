"""`python -m training style-statistics`: what is usual in each style of a corpus, for `composer.styles.table`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "style-statistics", help="a prepared corpus -> metre, mode, tempo, density and frame by style"
    )
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Count and print."""
    from training.corpus import dataset, style_frames, style_statistics

    data = dataset.load(options.data)
    print(
        style_statistics.format_table(style_statistics.count_statistics(data), style_statistics.density_by_tempo(data))
    )
    for line in style_frames.format_frames(style_frames.count_chords(data, "train")):
        print(line)
