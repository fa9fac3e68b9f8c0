"""`python -m training compare`: what engines compose beside people's pieces."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import file_to_write, folder_to_write
from composer.errors import spell_command
from composer.styles.table import PIANO, STYLE_NAMES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from composer.engines import InstalledEngine
    from training.comparison.comparison import Comparison

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
    parser.add_argument("--looks", type=file_to_write, help=f"page that keeps looks at the last set ({LOOKS})")
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

    if options.pieces < _FEWEST:
        raise RequestError(f"pieces must be at least {_FEWEST}, not {options.pieces}; fewer have no distribution")
    chosen = [engines.of_file(Path(name)) if name.endswith(".onnx") else engines.find(name) for name in options.model]
    comparisons = []
    for comparison in _compare_styles(options, chosen):
        comparisons.append(comparison)
        print(report.format_tables(comparison), end="\n\n")
    if not comparisons:
        raise RequestError("no style has people's pieces to be held beside; prepare more sets")
    table = report.format_styles(comparisons)
    print(table)
    if options.on == "last":
        page, command = options.looks or Path(LOOKS), f"compare --pieces {options.pieces} --seed {options.seed}"
        looks.note_look(page, table, command=command)
    if options.json is not None:
        records = [report.comparison_record(comparison) for comparison in comparisons]
        told = records if len(records) > 1 else records[0]
        write_atomically(options.json, f"{json.dumps(told, indent=2)}\n".encode())


def _compare_styles(options: argparse.Namespace, chosen: Sequence[InstalledEngine]) -> Iterator[Comparison]:
    """Style by style; of several, those without pieces are told and passed over, since hours go into the others."""
    from composer.errors import RequestError
    from training.comparison.comparison import ComparisonTerms, compare_engines
    from training.corpus import dataset

    data = dataset.load(options.data)
    for style in options.style:
        # An engine that lacks a style has no row in its table.
        able = [engine for engine in chosen if style in engine.identity.styles] if len(options.style) > 1 else chosen
        terms = ComparisonTerms(style=style, on=options.on, pieces=options.pieces, seed=options.seed)
        try:
            yield compare_engines(
                data, able, terms, workers=options.workers, folder=options.out, tutorial=options.tutorial
            )
        except RequestError as error:
            if len(options.style) == 1:
                raise
            print(f"no row for {style}: {error}", file=sys.stderr)
