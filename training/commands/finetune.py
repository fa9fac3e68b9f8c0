"""`python -m training finetune`: one's own music -> a candidate for the next version, and a report on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from training.commands.shared import candidate_options

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("finetune", help="one's own music -> the next version of a model, if it is better")
    parser.add_argument("--corpus", type=Path, required=True, help="a folder or archive of music, or prepared")
    candidate_options.add_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Learn, tell how far it is, and print what came of it."""
    from training.commands.shared.inputs import load_corpus, model_path
    from training.ratings.finetuning import finetune
    from training.ratings.job import FinetuningJob
    from training.ratings.trial import Trial

    job = FinetuningJob(
        corpus=load_corpus(options.corpus),
        model=model_path(options.model, options.models),
        out=options.out,
        minutes=options.minutes,
        version=options.version,
        anchor=options.anchor,
        trial=Trial(pieces=options.trial),
        seed=options.seed,
    )
    candidate_options.print_report(finetune(job, tell=candidate_options.choose_teller(options)), options)
