"""`python -m training fit-spelling`, `check-spelling`: how sheet music spells G sharp or A flat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.command_parser import file_to_write, folder_to_read

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from training.spelling.spelt_pieces import SpeltPiece


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    fit = commands.add_parser("fit-spelling", help="learn from scores how notes are spelled, for the sheet music")
    _add_scores(fit)
    fit.add_argument("--out", type=file_to_write, required=True, metavar="FILE", help="file of the weights")
    fit.set_defaults(run=_fit)
    check = commands.add_parser("check-spelling", help="how many notes of scores are spelled otherwise than written")
    _add_scores(check)
    check.set_defaults(run=_check)


def _add_scores(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scores", type=folder_to_read, nargs="+", required=True, help="folders of Humdrum, MusicXML or ABC"
    )
    parser.add_argument("--skip", type=int, default=0, metavar="N", help="leave out every Nth score (none)")
    parser.add_argument("--only", type=int, default=1, metavar="N", help="take every Nth score alone (all)")


def _pieces(folder: Path, options: argparse.Namespace) -> Iterator[SpeltPiece]:
    from training.spelling.spelt_pieces import spelt_pieces

    return spelt_pieces(folder, only=options.only, skip=options.skip)


def _fit(options: argparse.Namespace) -> None:
    import json

    from composer.files import write_together
    from training.spelling.fit_spelling import fit

    weights = fit(piece for folder in options.scores for piece in _pieces(folder, options))
    write_together({options.out: (json.dumps(weights, indent=1) + "\n").encode()})


def _check(options: argparse.Namespace) -> None:
    from training.spelling.methods import format_table, measure

    print(format_table([measure(folder.name, _pieces(folder, options)) for folder in options.scores]))
