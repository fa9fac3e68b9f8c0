"""`python -m training fit-grooves`: what drummers played, as the patterns that bands play with."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-grooves", help="the Groove MIDI Dataset -> drum patterns of bands")
    parser.add_argument("--data", type=Path, default=Path("groove"), help="its unpacked folder, with info.csv")
    parser.add_argument("--out", type=file_to_write, default="patterns.json", help="where they go (patterns.json)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Choose, write, and say how many there are."""
    from training.grooves import choice

    logging.getLogger("training").info("%d grooves stand in %s", choice.write(options.data, options.out), options.out)
