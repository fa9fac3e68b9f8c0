"""`python -m training benchmark-polyphonic`: our networks in the published table of JSB Chorales and Nottingham."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "benchmark-polyphonic", help="the published piano-roll benchmark: nats per frame of our networks beside others'"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the benchmark's MATLAB files")
    parser.add_argument("--sets", nargs="+", default=["jsb", "nottingham"], help="jsb, nottingham, muse, piano")
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="ARCHITECTURE:MODE:SET",
        help="rows to do: wavenet:serialised:jsb (all)",
    )
    parser.add_argument("--seeds", type=int, default=3, help="runs a row, with seeds from 1")
    parser.add_argument("--minutes", type=float, default=math.inf, help="budget of a run")
    parser.add_argument("--precision", default="mixed_bfloat16", choices=["float32", "mixed_bfloat16"])
    parser.add_argument(
        "--out", type=folder_to_write, default="runs/polyphonic", help="checkpoints and finished runs; gone on with"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Do the runs that are not finished yet, then print the table of all that are."""
    import keras

    from composer.errors import RequestError, unknown_name
    from training.polyphonic import record, report, rolls, runs

    if options.seeds < 1 or not options.minutes > 0:
        raise RequestError("seeds must be at least 1 and minutes above 0")
    for name in options.sets:
        if name not in rolls.FILES:
            raise unknown_name("a set", name, tuple(rolls.FILES))
    wanted = [runs.entry_from(text) for text in options.only] or runs.all_entries(options.sets)
    keras.config.set_dtype_policy(options.precision)
    for entry in wanted:
        done = record.read_record(options.out).get(str(entry), record.RecordRow()).seeds
        open_seeds = [seed for seed in range(1, options.seeds + 1) if seed not in done]
        if open_seeds:
            data = runs.prepare_set(options.data, entry)
        for seed in open_seeds:
            runs.finish_run(data, entry, seed=seed, minutes=options.minutes, out=options.out)
    names = list(dict.fromkeys(entry.name for entry in wanted))
    print(report.format_table(record.read_record(options.out), names))
