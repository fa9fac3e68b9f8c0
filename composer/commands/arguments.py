"""What `python -m composer compose` and `continue` take on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from composer.command_parser import folder_to_read, folder_to_write
from composer.errors import quoted, spell_command
from composer.music.given import THEME_OPTIONS, Treatment
from composer.options import ANY
from composer.request import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from composer.options import Option


def add_models_folder(parser: argparse.ArgumentParser) -> None:
    """Where model files are."""
    parser.add_argument(
        "--models-folder", type=folder_to_read, help="where model files are (those that came with Cadenza)"
    )


def add_compose(parser: argparse.ArgumentParser) -> None:
    """All that `compose` takes."""
    _add_options(parser, OPTIONS)
    parser.add_argument(
        "--repeat",
        type=Path,
        metavar="FILE",
        help="play the notes in a MIDI file of ours again; with options, or of WAV, MP3 or JSON, compose anew",
    )
    parser.add_argument("--roman", action="store_true", help="the same with Roman numerals, of a model that knows them")
    _add_outputs(parser)
    parser.set_defaults(file=None)


def add_continue(parser: argparse.ArgumentParser) -> None:
    """All that `continue` takes; what it leaves out of `compose` is None."""
    parser.add_argument("file", type=Path, help="MIDI, MusicXML, ABC, Humdrum or a recording; or a piece of ours")
    _add_options(parser, [option for option in OPTIONS if option.field in THEME_OPTIONS])
    parser.add_argument(
        "--as",
        dest="treatment",
        type=Treatment,
        choices=list(Treatment),
        default=Treatment.CONTINUATION,
        help="it goes on, or is varied, or its melody is accompanied anew (continuation)",
    )
    parser.add_argument("--alone", action="store_true", help="only what is new, without the file's own music before it")
    _add_outputs(parser)
    parser.set_defaults(repeat=None, roman=False)


def _add_options(parser: argparse.ArgumentParser, table: Iterable[Option]) -> None:
    for option in table:
        parser.add_argument(
            option.flag,
            type=_argument_type(option),
            default=argparse.SUPPRESS,
            metavar=option.placeholder,
            help=f"{option.about} ({_left_out(option)}){_names(option)}",
        )


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=folder_to_write,
        default="out",
        help="folder for the files, where a piece of before is replaced (out)",
    )
    parser.add_argument("--soundfont", type=Path, help="an SF2 or SF3 file (the system's)")
    parser.add_argument("--notation", action="store_true", help="write piece.musicxml as well")
    parser.add_argument(
        "--score", action="store_true", help="the same with its pages: piece.pdf to print, piece-page-1.png and so on"
    )
    add_models_folder(parser)


def _argument_type(option: Option) -> Callable[[str], Any]:
    def parse(text: str) -> Any:  # noqa: ANN401 - each option has its own type
        try:
            return option.parse_or_any(text)
        except ValueError:
            number = "a whole number" if option.kind is int else "a number"
            also = f", or {option.written}" if option.written else ""
            raise argparse.ArgumentTypeError(f"{quoted(text)} is not {number} from {option.range}{also}") from None

    return parse


def _names(option: Option) -> str:
    """Where the names that one may say are listed."""
    if option.name == "model":
        return f"; listed by `{spell_command('composer models')}`"
    return f": {', '.join(option.values)}" if option.worded else ""


def _left_out(option: Option) -> str:
    """What happens without an option, or with `any`, which also overrules a file to repeat."""
    otherwise = option.otherwise or f"{option.show(option.default)}".removesuffix(".0")
    return f"{ANY}: {otherwise}" if option.may_be_any else otherwise
