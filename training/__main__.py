"""`python -m training COMMAND`: from music files to a model file, measured."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from typing import TYPE_CHECKING

from composer.command_parser import CommandParser, exit_with, print_whatever_comes
from composer.errors import ComposerError, MachineError, spell_command

if TYPE_CHECKING:
    import argparse

_COMMANDS = (
    "prepare",
    "fit",
    "export",
    "speed",
    "ablate",
    "carrying.pack",
    "carrying.unpack",
    "check_keys",
    "checks.check_notation",
    "comparison.compare",
    "comparison.compare_playing",
    "comparison.continuations",
    "describe",
    "evaluate",
    "fetch",
    "finetune",
    "calibration.grammar",
    "calibration.dances",
    "calibration.fit_grooves",
    "calibration.fit_pianist",
    "calibration.fit_ranking",
    "calibration.fit_recall",
    "calibration.fit_tilts",
    "calibration.spelling",
    "fixture",
    "novelty",
    "benchmark_polyphonic",
    "retrain",
    "check_transcription",
    "simulate_raters",
    "sound.fit_audio",
    "sound.measure_sound",
    "sound.render_corpus",
    "style_statistics",
    "transcribe",
    "tutorial",
)
"""Modules of `training.commands`."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    print_whatever_comes()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        options = _parser().parse_args(arguments)
        options.run(options)
    except ComposerError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    except ModuleNotFoundError as error:
        missing = MachineError(
            f"{error.name} is not installed; run scripts/test, which installs the training extra, or install that"
        )
        sys.stderr.write(f"{missing}\n")
        return missing.exit_status
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(prog=spell_command("training"), description="From music files to a model file, measured.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        importlib.import_module(f"training.commands.{command}").add_parser(commands)
    return parser


if __name__ == "__main__":
    exit_with(main)
