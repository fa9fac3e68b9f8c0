"""`python -m training compare-playing`: does anybody hear that nobody plays?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("compare-playing", help="velocity, timing and pedal of our piano beside people's")
    parser.add_argument("--rolls", type=Path, required=True, help="the unpacked set of piano rolls, with pieces.tsv")
    parser.add_argument("--from", dest="pieces", type=Path, required=True, help="folder with MIDI files of ours")
    parser.add_argument("--split", choices=("train", "valid", "test"), default="valid", help="which rolls (valid)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Compare and print."""
    from training.playing.comparison import compare_playing

    found = compare_playing(options.rolls, options.split, options.pieces)
    print(f"{found.excerpts} excerpts of rolls ({options.split}), {found.pieces} pieces of ours")
    print(
        f"area {found.discrimination.area:.3f}, gap {found.gap:.3f}; people among each other {found.among_people:.3f}"
    )
    print(f"{'feature':42} {'people':>8} {'ours':>8} {'gap':>6}")
    for tell in sorted(found.discrimination.tells, key=lambda tell: -abs(tell.alone - 0.5)):
        print(f"{tell.feature:42} {tell.people:8.3f} {tell.generated:8.3f} {abs(tell.alone - 0.5) * 2:6.2f}")
