"""`python -m training retrain`: ratings -> a candidate for the next version, and a report on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from composer.errors import spell_command
from composer.training_contract import FEWEST_PEOPLE, FEWEST_PIECES
from training.commands.shared import candidate_options

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("retrain", help="ratings -> the next version of a model, if it is better")
    parser.add_argument("--ratings", type=Path, required=True, help=f"by: {spell_command('bot export --ratings')}")
    candidate_options.add_options(parser)
    parser.add_argument("--corpus", type=Path, help="music not to be played by heart: prepared, folder or archive")
    parser.add_argument("--min-pieces", type=int, default=FEWEST_PIECES, help="rated pieces that are needed")
    parser.add_argument("--min-people", type=int, default=FEWEST_PEOPLE, help="people who have to have rated")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Learn, tell how far it is, and print what came of it."""
    from training.commands.shared.inputs import load_corpus, model_path
    from training.ratings import ratings_file
    from training.ratings.job import RetrainingJob
    from training.ratings.retraining import retrain
    from training.ratings.trial import Trial

    job = RetrainingJob(
        rated=ratings_file.read_ratings(options.ratings),
        model=model_path(options.model, options.models),
        out=options.out,
        minutes=options.minutes,
        version=options.version,
        anchor=options.anchor,
        corpus=load_corpus(options.corpus) if options.corpus else None,
        trial=Trial(pieces=options.trial),
        seed=options.seed,
        fewest=(options.min_pieces, options.min_people),
    )
    candidate_options.print_report(retrain(job, tell=candidate_options.choose_teller(options)), options)
