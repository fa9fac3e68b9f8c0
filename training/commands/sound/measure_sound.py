"""`python -m training measure-sound`: how well the networks that play instruments do, beside the soundfont."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_read

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("measure-sound", help="what is heard of held-out pieces that networks play")
    parser.add_argument("--data", type=folder_to_read, required=True, help="prepared corpus; its test split is played")
    parser.add_argument("--instruments", nargs="+", default=["piano"], help="as --instrument of compose (piano)")
    parser.add_argument("--pieces", type=int, default=20, help="how many (20)")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each at most (30)")
    parser.add_argument("--networks", type=folder_to_read, help="folder of networks that go before Cadenza's")
    parser.add_argument("--soundfont", type=Path, help="an SF2 or SF3 file (the system's)")
    parser.add_argument("--seed", type=int, default=1)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Play, listen and print."""
    from composer.audio.synthesis import find_soundfont
    from composer.performance import instruments
    from training.corpus import dataset
    from training.sound.figures import describe, measure_piece
    from training.sound.renderings import held_out_music

    data = dataset.load(options.data)
    soundfont = find_soundfont(options.soundfont)
    for name in options.instruments:
        drawn = held_out_music(data, instruments.find(name), pieces=options.pieces, seed=options.seed)
        figures = [
            measure_piece(music, seconds=min(lasts, options.seconds), soundfont=soundfont, networks=options.networks)
            for music, lasts in drawn
        ]
        print(f"{name}, {len(figures)} pieces")
        print(describe(figures))
