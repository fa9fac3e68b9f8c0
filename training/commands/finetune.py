"""`python -m training finetune`: one's own music -> a candidate for the next version, and a report on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from training.commands.inputs import corpus, model_path
from training.commands.retrain import as_json, as_line, table

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("finetune", help="one's own music -> the next version of a model, if it is better")
    parser.add_argument("--corpus", type=Path, required=True, help="a folder or archive of music, or prepared")
    parser.add_argument("--model", default="wavenet", help="name, name@version or path of a model file")
    parser.add_argument("--models", type=Path, help="folder of models (that of those which come with Cadenza)")
    parser.add_argument("--minutes", type=float, default=20.0, help="that all of it may take")
    parser.add_argument("--out", type=Path, required=True, help="folder for the candidate and report.json")
    parser.add_argument("--version", type=int, help="of the candidate (one more than its parent's)")
    parser.add_argument("--trial", type=int, default=50, help="pieces that each version composes to be compared")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--progress", action="store_true", help="print JSON Lines, for programs")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Learn, tell how far it is, and print what came of it."""
    from training.ratings.gate import Trial
    from training.ratings.own_music import Practice, practise

    practice = Practice(
        corpus=corpus(options.corpus),
        model=model_path(options.model, options.models),
        out=options.out,
        minutes=options.minutes,
        version=options.version,
        trial=Trial(pieces=options.trial),
        seed=options.seed,
    )
    report = practise(practice, tell=as_json if options.progress else as_line)
    print(json.dumps({"event": "report", **report}) if options.progress else table(report), flush=True)
