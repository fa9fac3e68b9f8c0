"""`python -m training novelty`: keep what the training split's melodies are, and what models share with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("novelty", help="a prepared corpus -> what every piece is compared with")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Keep the runs, and print how many there are and what people's own pieces share with them."""
    from training.corpus import dataset
    from training.evaluation.novelty import shared_by_people, write_heard

    data = dataset.load(options.data)
    heard = write_heard(data)
    print(f"{'runs of melody in the training split':44} {len(heard.runs):>10,}")
    for style, shared in shared_by_people(data, heard).items():
        print(f"{style + ', held-out sections':44} {len(shared):>10,}")
        print(f"{style + ', longest shared run, mean':44} {shared.mean():>10.1f}")
