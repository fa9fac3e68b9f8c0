"""`python -m training export`: a trained network -> a model file, checked and measured."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_write
from training.networks.registry import DEFAULT

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("export", help="a trained network -> a model file, checked and measured")
    parser.add_argument("--run", dest="folder", type=Path, default=Path("runs", DEFAULT), help="of the training")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.add_argument("--name", help="of the model (its architecture)")
    parser.add_argument("--version", type=int, help="of the model (one more than the newest in the folder)")
    parser.add_argument("--licence", default="CC BY 4.0", help="of the weights")
    parser.add_argument("--out", type=folder_to_write, default="composer/weights", help="folder of models")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Write the model file, and tell what was measured."""
    from training import release
    from training.corpus import dataset

    told = release.release_model(
        options.folder,
        dataset.load(options.data),
        out=options.out,
        name=options.name,
        version=options.version,
        licence=options.licence,
    )
    for line in told:
        logging.getLogger("training").info(line)
