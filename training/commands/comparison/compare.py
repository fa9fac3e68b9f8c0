"""`python -m training compare`: what engines compose beside people's pieces."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write, folder_to_write
from composer.errors import spell_command
from composer.styles.table import PIANO, STYLE_NAMES

if TYPE_CHECKING:
    import argparse

_FEWEST = 10
LOOKS = "docs/experiments/last-test-set.md"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("compare", help="engines -> their pieces measured beside the test set")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.add_argument(
        "--model",
        nargs="*",
        default=["wavenet"],
        help="names, such as dice, names@versions or paths of model files; none is allowed",
    )
    parser.add_argument("--style", nargs="+", default=[PIANO], choices=STYLE_NAMES)
    parser.add_argument(
        "--on", default="test", choices=["valid", "test", "last"], help="last: works set aside, once a release"
    )
    parser.add_argument("--looks", type=file_to_write, default=LOOKS, help="page that keeps looks at the last set")
    parser.add_argument("--pieces", type=int, default=200, help="that each engine writes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that compose")
    parser.add_argument(
        "--out", type=folder_to_write, help="folder for the pieces; what lies there already is not drawn again"
    )
    parser.add_argument("--tutorial", type=Path, help=f"folder of pieces by `{spell_command('training tutorial')}`")
    parser.add_argument("--json", type=file_to_write, help="file to write all figures to")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Draw, measure, print the tables and write the JSON."""
    from composer import engines
    from composer.errors import RequestError
    from composer.files import write_atomically
    from training.comparison import looks, report
    from training.comparison.comparison import ComparisonTerms, compare_engines
    from training.corpus import dataset

    if options.pieces < _FEWEST:
        raise RequestError(f"pieces must be at least {_FEWEST}, not {options.pieces}; fewer have no distribution")
    chosen = [engines.of_file(Path(name)) if name.endswith(".onnx") else engines.find(name) for name in options.model]
    data, comparisons = dataset.load(options.data), []
    for style in options.style:
        # An engine that lacks a style has no row in its table.
        able = [engine for engine in chosen if style in engine.identity.styles] if len(options.style) > 1 else chosen
        comparisons.append(
            compare_engines(
                data,
                able,
                ComparisonTerms(style=style, on=options.on, pieces=options.pieces, seed=options.seed),
                workers=options.workers,
                folder=options.out,
                tutorial=options.tutorial,
            )
        )
        print(report.format_tables(comparisons[-1]), end="\n\n")
    table = report.format_styles(comparisons)
    print(table)
    if options.on == "last":
        looks.note_look(options.looks, table, command=f"compare --pieces {options.pieces} --seed {options.seed}")
    if options.json is not None:
        records = [report.comparison_record(comparison) for comparison in comparisons]
        told = records if len(records) > 1 else records[0]
        write_atomically(options.json, f"{json.dumps(told, indent=2)}\n".encode())
