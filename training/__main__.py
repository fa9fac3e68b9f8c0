"""`python -m training COMMAND`: from music files to a model file, measured."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys

from composer.command_parser import print_whatever_comes
from composer.errors import ComposerError, MachineError

_COMMANDS = (
    "prepare",
    "fit",
    "export",
    "speed",
    "ablate",
    "check_keys",
    "compare",
    "describe",
    "evaluate",
    "fetch",
    "finetune",
    "calibration.grammar",
    "calibration.fit_ranking",
    "calibration.fit_recall",
    "calibration.fit_tilts",
    "fixture",
    "benchmark_polyphonic",
    "retrain",
    "simulate_raters",
    "style_statistics",
    "tutorial",
)
"""Modules of `training.commands`."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    print_whatever_comes()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except ComposerError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    except ModuleNotFoundError as error:
        missing = MachineError(f"{error.name} is not installed; install Cadenza with its training extra")
        sys.stderr.write(f"{missing}\n")
        return missing.exit_status
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        importlib.import_module(f"training.commands.{command}").add_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
