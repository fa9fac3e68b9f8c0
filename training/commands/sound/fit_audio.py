"""`python -m training fit-audio`: a reader's own recordings -> a network that makes sound like them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write, folder_to_read, folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-audio", help="recordings -> a network that makes sound like them")
    parser.add_argument(
        "--from", dest="source", type=folder_to_read, required=True, help="folder of wav, flac, mp3, ogg or m4a files"
    )
    parser.add_argument("--kind", default="raw", choices=["raw"], help="what is learned: raw, samples after samples")
    parser.add_argument("--network", default="wavenet", choices=["wavenet", "lstm"], help="of kind raw (wavenet)")
    parser.add_argument(
        "--out",
        type=file_to_write,
        required=True,
        help="file to write, NAME.raw.onnx; `compose --model NAME` finds it in the folder of --models-folder",
    )
    parser.add_argument(
        "--minutes", type=float, default=60.0, help="of training, those of the checkpoints included (60)"
    )
    parser.add_argument("--checkpoints", type=folder_to_write, help="folder for checkpoints, from which a run goes on")
    parser.add_argument(
        "--credit", nargs=2, metavar=("NAME", "LICENCE"), help="whose recordings they are (the folder's name)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Read, train, measure and write."""
    import tempfile

    from composer.models.identity import Source
    from training.raw_audio.fit import RawAudioPlan, fit_raw_audio

    name, licence = options.credit or (options.source.resolve().name, "")
    plan = RawAudioPlan(
        kind=options.network, minutes=options.minutes, seed=options.seed, trained_on=(Source(name, licence),)
    )
    with tempfile.TemporaryDirectory() as temporary:
        card = fit_raw_audio(options.source, options.out, plan, folder=options.checkpoints or Path(temporary))
    print(
        f"{options.out}: {card.parameters} parameters, {options.out.stat().st_size / 1e6:.2f} MB, "
        f"{card.samples / 1e6:.1f} M samples of {card.seconds} s of sound; held out {card.bits_per_sample:.3f} bits a "
        f"sample, the linear predictor {card.linear_bits:.3f}"
    )
