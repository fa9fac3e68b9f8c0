"""`python -m training check-transcription`: how many notes of held-out pieces are heard rightly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "check-transcription", help="pieces played by a soundfont, or sung -> how many of their notes are heard"
    )
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.add_argument("--split", default="test", choices=("valid", "test"))
    parser.add_argument("--pieces", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--soundfont", type=Path, help="an SF2 or SF3 file (the system's)")
    parser.add_argument("--sung", action="store_true", help="their melodies, by a voice that sings badly")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Play, hear, and print the figures of each piece and their means."""
    from training.corpus import dataset
    from training.transcription.accuracy import mean_of, measure_melodies, measure_pieces
    from training.transcription.singer import Badness

    measured = []
    data = dataset.load(options.data)
    drawn = {"split": options.split, "pieces": options.pieces, "seed": options.seed}
    found = (
        measure_melodies(data, badness=Badness(), **drawn)
        if options.sung
        else measure_pieces(data, soundfont=options.soundfont, **drawn)
    )
    print(f"{'piece':60} precision recall    F1")
    for name, accuracy in found:
        measured.append(accuracy)
        print(f"{name[:60]:60} {accuracy.precision:9.3f} {accuracy.recall:6.3f} {accuracy.f1:5.3f}")
    mean = mean_of(measured)
    print(f"{'mean':60} {mean.precision:9.3f} {mean.recall:6.3f} {mean.f1:5.3f}")
