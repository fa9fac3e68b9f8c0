"""`python -m training retrain`: ratings -> a candidate for the next version, and a report on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from training.commands import candidates
from training.commands.inputs import corpus, model_path
from training.ratings.stages import RANKING, WAYS

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("retrain", help="ratings -> the next version of a model, if it is better")
    parser.add_argument("--ratings", type=Path, required=True, help="by: python -m bot export --ratings")
    candidates.add_options(parser)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=[RANKING], help="to learn (ranking)")
    parser.add_argument("--corpus", type=Path, help="music to mix in and measure on: prepared, folder or archive")
    parser.add_argument("--min-pieces", type=int, default=50, help="rated pieces that are needed")
    parser.add_argument("--min-people", type=int, default=5, help="people who have to have rated")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Learn, tell how far it is, and print what came of it."""
    from training.ratings import reading
    from training.ratings.lesson import Lesson
    from training.ratings.retraining import retrain
    from training.ratings.trial import Trial

    lesson = Lesson(
        rated=reading.read(options.ratings),
        model=model_path(options.model, options.models),
        out=options.out,
        minutes=options.minutes,
        ways=tuple(options.ways),
        version=options.version,
        corpus=corpus(options.corpus) if options.corpus else None,
        trial=Trial(pieces=options.trial),
        seed=options.seed,
        fewest=(options.min_pieces, options.min_people),
    )
    candidates.show(retrain(lesson, tell=candidates.teller(options)), options)
