"""`python -m training check-notation`: the sheet music of many pieces, looked through for faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.command_parser import folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    check = commands.add_parser("check-notation", help="the sheet music of many pieces, looked through for faults")
    check.add_argument("--pieces", type=folder_to_write, default="pieces", help="MIDI files; lacking ones are composed")
    check.add_argument("--count", type=int, default=300, metavar="N", help="number of pieces (300)")
    check.add_argument("--round-trip", action="store_true", help="read each sheet back with music21, and compare")
    check.add_argument("--sheets", type=folder_to_write, metavar="FOLDER", help="keep the sheets there")
    check.add_argument("--list", action="store_true", help="name the pieces of which notes are read elsewhere")
    check.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from training.notation.check import check_sheets, format_table
    from training.notation.pieces import compose_missing, ordered

    if options.sheets is not None:
        options.sheets.mkdir(parents=True, exist_ok=True)
    pieces = compose_missing(ordered(options.count), options.pieces, print)
    found = check_sheets(pieces, round_trip=options.round_trip, sheets=options.sheets)
    print(format_table(found))
    for line in found.unequal if options.list else ():
        print(line)
