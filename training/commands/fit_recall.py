"""`python -m training fit-recall`: how strongly a model's sections return, into its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.commands.inputs import add_fitting

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-recall", help="how strongly sections return, fitted to people's pieces")
    add_fitting(parser, sections=20, beside="of the valid split, evenly from its styles")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Compose, fit, tell, and put the strength into the card."""
    from training import dataset, recalling
    from training.commands.inputs import model
    from training.modelfile import recard

    chosen = model(options.model)
    data = dataset.load(options.data)
    found = recalling.fit(chosen, data, sections=options.sections, candidates=options.candidates)
    print(recalling.told(found))
    if not options.dry_run:
        recard(chosen.path, recall=found.recall)
