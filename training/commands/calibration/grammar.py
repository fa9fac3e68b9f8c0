"""`python -m training fit-grammar`, `check-grammar`, `fit-chords`, `check-chords`: rules and chords."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands."""
    fit = commands.add_parser("fit-grammar", help="a prepared corpus -> weights of the grammar's rules and rhythms")
    fit.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    fit.add_argument("--lead-sheets", type=Path, help="folder of songs in MusicXML with chord symbols")
    fit.add_argument("--out", type=file_to_write, default="learned.json", help="where the tables go (learned.json)")
    fit.set_defaults(run=run_fit)
    check = commands.add_parser("check-grammar", help="whether pieces of the grammar keep its rules")
    check.add_argument("--pieces", type=int, default=500, help="pieces of each style (500)")
    check.add_argument("--length", type=float, default=60.0, metavar="SECONDS", help="length of a piece (60)")
    check.set_defaults(run=run_check)
    counted = commands.add_parser("fit-chords", help="a prepared corpus -> which chord follows which, for plans")
    counted.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    counted.add_argument("--out", type=file_to_write, default="chords.json", help="where the counts go (chords.json)")
    counted.set_defaults(run=run_fit_chords)
    chords = commands.add_parser("check-chords", help="whether the chords that are read from notes are the right ones")
    chords.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    chords.add_argument("--lead-sheets", type=Path, help="folder of songs in MusicXML with chord symbols")
    chords.add_argument("--sections", type=int, default=60, help="sections of each set (60)")
    chords.set_defaults(run=run_check_chords)


def run_fit(options: argparse.Namespace) -> None:
    """Count, write, and say how much was counted."""
    from training.corpus import dataset
    from training.grammar import fit

    tables = fit.fit(dataset.load(options.data), options.lead_sheets)
    fit.save(tables, options.out)
    logging.getLogger("training").info(
        "%s phrases were counted; the tables stand in %s", tables["phrases"], options.out
    )


def run_check(options: argparse.Namespace) -> None:
    """Write pieces without choosing, and print what was found in each style."""
    from training.grammar import check

    for style in check.STYLES:
        print(check.describe(style, check.check(style, options.pieces, options.length)))


def run_fit_chords(options: argparse.Namespace) -> None:
    """Count chords, and say of how many styles."""
    from training.corpus import dataset
    from training.grammar import chord_counts

    counts = chord_counts.count_chords(dataset.load(options.data))
    chord_counts.save(counts, options.out)
    logging.getLogger("training").info("chords of %d styles and modes stand in %s", len(counts), options.out)


def run_check_chords(options: argparse.Namespace) -> None:
    """Read chords, and print how many are right."""
    from training.corpus import dataset
    from training.grammar import chord_check

    print(chord_check.format_table(dataset.load(options.data), options.lead_sheets, sections=options.sections))
