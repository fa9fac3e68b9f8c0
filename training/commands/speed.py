"""`python -m training speed`: what the composer's benchmark needs Keras for, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("speed", help="what the composer's benchmark asks Keras for; prints JSON")
    parser.add_argument("--out", type=folder_to_write, required=True, help="folder for models with random weights")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Measure and print."""
    from training.evaluation.speed import measure_speed

    print(json.dumps(measure_speed(options.out)))
