"""`python -m training fit-pianist`: what pianists did on rolls, as the habits that pieces are played by."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-pianist", help="piano rolls -> how pieces for piano are played")
    parser.add_argument("--rolls", type=Path, required=True, help="the unpacked set of piano rolls, with pieces.tsv")
    parser.add_argument("--out", type=file_to_write, default="pianist.json", help="where it goes (pianist.json)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Fit, write, and say from how many notes."""
    from training.playing.fitting import fit_pianist

    notes = fit_pianist(options.rolls, options.out)
    logging.getLogger("training").info("learned from %d notes; the pianist is in %s", notes, options.out)
