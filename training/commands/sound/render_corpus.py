"""`python -m training render-corpus`: the corpus's music played by a soundfont, for `fit-audio` to learn from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_read, folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("render-corpus", help="music of a prepared corpus -> recordings of a soundfont")
    parser.add_argument("--data", type=folder_to_read, required=True, help="prepared corpus")
    parser.add_argument("--split", default="train", help="train, valid or test (train)")
    parser.add_argument("--programs", type=int, nargs="+", default=[0], help="General MIDI programs, 0-127 (0)")
    parser.add_argument("--seconds", type=float, default=1200.0, help="of sound for each program (1200)")
    parser.add_argument("--out", type=folder_to_write, required=True, help="folder for a WAV and a MIDI file of each")
    parser.add_argument("--soundfont", type=Path, help="an SF2 or SF3 file (the system's)")
    parser.add_argument("--seed", type=int, default=1)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Play and write."""
    from composer.audio.synthesis import find_soundfont
    from training.corpus import dataset
    from training.sound.renderings import render_corpus

    data = dataset.load(options.data)
    soundfont = find_soundfont(options.soundfont)
    for program in options.programs:
        number = render_corpus(
            data,
            options.out,
            split=options.split,
            program=program,
            seconds=options.seconds,
            soundfont=soundfont,
            seed=options.seed + program,
        )
        print(f"program {program}: {number} recordings")
