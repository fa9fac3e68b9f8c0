"""`python -m training ablate`: what each decision about tokens and features is worth."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write, folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("ablate", help="a small network with and without keys, grid, position, earlier bars")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.add_argument("--rows", nargs="+", help="as-shipped, transposing, 12-ticks, no-position, no-lags (all)")
    parser.add_argument("--tokens", type=float, default=4e6, help="that each row learns from")
    parser.add_argument("--corpus-tokens", type=float, default=4e6, help="of the corpus's train split, evenly spread")
    parser.add_argument("--width", type=int, default=64, help="of the network")
    parser.add_argument("--depth", type=int, default=10, help="of the network; it sees 2 to the power of this tokens")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--precision", default="float32", choices=["float32", "mixed_bfloat16"])
    parser.add_argument("--out", type=folder_to_write, default="runs/ablation", help="finished rows are not done again")
    parser.add_argument("--json", type=file_to_write, help="file to write all figures to")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Measure what is not measured yet, print the table and write the JSON."""
    from dataclasses import asdict

    import keras

    from composer.errors import RequestError
    from composer.files import write_atomically
    from training.corpus import dataset
    from training.evaluation import ablation

    try:
        settings = ablation.AblationSettings(
            size={**ablation.SIZE, "width": options.width, "depth": options.depth},
            tokens=int(options.tokens),
            corpus_tokens=int(options.corpus_tokens),
            seed=options.seed,
        )
    except ValueError as error:
        raise RequestError(str(error)) from error
    keras.config.set_dtype_policy(options.precision)
    found = ablation.measure_rows(
        partial(dataset.load, options.data), options.rows or list(ablation.ROWS), settings, out=options.out
    )
    print(ablation.format_table(found))
    if options.json is not None:
        write_atomically(options.json, f"{json.dumps([asdict(row) for row in found], indent=2)}\n".encode())
