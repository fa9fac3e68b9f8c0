"""`python -m training fit-audio`: a reader's own recordings -> a network that plays or sounds like them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import (
    file_to_write,
    folder_to_read,
    folder_to_write,
    positive_count,
    positive_number,
)

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "fit-audio", help="recordings -> a network that plays their instrument, or dreams them"
    )
    parser.add_argument(
        "--from",
        dest="source",
        type=folder_to_read,
        required=True,
        help="folder of wav, flac, mp3, ogg or m4a files; for an instrument a MIDI file of the same name says what is "
        "played, otherwise the notes are heard",
    )
    parser.add_argument(
        "--kind",
        default="instrument",
        choices=list(_FITS),
        help="what is learned: an instrument that plays any notes, or raw sound, samples after samples (instrument)",
    )
    parser.add_argument(
        "--out",
        type=file_to_write,
        required=True,
        help="file to write, NAME.sound.onnx or NAME.raw.onnx; found in the folder of --models-folder",
    )
    parser.add_argument(
        "--minutes", type=positive_number, default=30.0, help="of training, those of the checkpoints included (30)"
    )
    parser.add_argument("--checkpoints", type=folder_to_write, help="folder for checkpoints, from which a run goes on")
    parser.add_argument("--seed", type=int, default=1)
    _add_instrument(parser.add_argument_group("an instrument"))
    _add_raw(parser.add_argument_group("raw sound"))
    parser.set_defaults(run=run)


def _add_instrument(parser: argparse._ArgumentGroup) -> None:
    parser.add_argument("--instrument", help="whose notes it is to play, as --instrument of compose (as the MIDI says)")
    parser.add_argument("--width", type=positive_count, default=48, help="channels of an instrument's layers (48)")
    parser.add_argument(
        "--start", type=Path, help="instrument whose weights it begins with (Cadenza's piano, if as wide)"
    )
    parser.add_argument("--as-recorded", action="store_true", help="play as loud as the recordings are")


def _add_raw(parser: argparse._ArgumentGroup) -> None:
    parser.add_argument("--network", default="wavenet", choices=["wavenet", "lstm"], help="of raw sound (wavenet)")
    parser.add_argument(
        "--credit", nargs=2, metavar=("NAME", "LICENCE"), help="whose recordings raw sound is from (the folder's name)"
    )


def run(options: argparse.Namespace) -> None:
    """Read, train, measure and write."""
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        print(_FITS[options.kind](options, options.checkpoints or Path(temporary)))


def _fit_instrument(options: argparse.Namespace, folder: Path) -> str:
    from composer.errors import RequestError
    from composer.source_filter.sounds import SUFFIX
    from training.sound.fit import SoundPlan
    from training.sound.instrument import WantedInstrument, fit_instrument

    if not options.out.name.endswith(SUFFIX):
        raise RequestError(f"the composer finds networks that play by the end of their names; end --out in {SUFFIX}")
    wanted = WantedInstrument(
        program=_program(options.instrument),
        width=options.width,
        as_recorded=options.as_recorded,
        start=options.start or _piano(options.width),
    )
    plan = SoundPlan(minutes=options.minutes, seed=options.seed)
    fitted = fit_instrument(options.source, options.out, plan, wanted=wanted, folder=folder)
    card = fitted.card
    return (
        f"{options.out}: programs {', '.join(map(str, card.programs))}, {card.parameters} parameters, "
        f"{fitted.size / 1e6:.2f} MB, from {card.seconds:.0f} s of sound in {fitted.steps} steps; "
        f"spectral distance on held-out sound {card.loss:.3f}"
    )


def _fit_raw(options: argparse.Namespace, folder: Path) -> str:
    from composer.models.identity import Source
    from composer.raw_audio.engine import check_file_name
    from training.raw_audio.fit import RawAudioPlan, fit_raw_audio

    check_file_name(options.out)
    name, licence = options.credit or (options.source.resolve().name, "")
    plan = RawAudioPlan(
        kind=options.network, minutes=options.minutes, seed=options.seed, trained_on=(Source(name, licence),)
    )
    card = fit_raw_audio(options.source, options.out, plan, folder=folder)
    return (
        f"{options.out}: {card.parameters} parameters, {options.out.stat().st_size / 1e6:.2f} MB, "
        f"{card.samples / 1e6:.1f} M samples of {card.seconds} s of sound; held out {card.bits_per_sample:.3f} bits a "
        f"sample, the linear predictor {card.linear_bits:.3f}"
    )


_FITS = {"instrument": _fit_instrument, "raw": _fit_raw}


def _piano(width: int) -> Path | None:
    """The piano that comes with Cadenza, if it is so wide."""
    from composer.source_filter.network import read_card
    from composer.source_filter.sounds import FOLDER, SUFFIX

    path = FOLDER / f"piano{SUFFIX}"
    return path if path.is_file() and read_card(path).width == width else None


def _program(name: str | None) -> int | None:
    from composer.performance import instruments

    return None if name is None else instruments.find(name).melody.program
