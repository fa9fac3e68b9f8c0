"""`python -m training fit-tilts`: what a model's melodies lean to, into its card."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from training.commands.inputs import add_fitting

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-tilts", help="how melodies are to move, fitted to people's pieces")
    add_fitting(parser, sections=6, beside="of the train split to compose beside, for each style")
    parser.add_argument("--recall", type=float, help="how strongly sections return, for the card (what is in it)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Compose, fit, tell, and put the tilts into the card."""
    from training import dataset, tilting
    from training.commands.inputs import model
    from training.modelfile import recard

    chosen = model(options.model)
    if options.recall is not None:
        chosen = replace(chosen, card=replace(chosen.card, recall=options.recall))
    data = dataset.load(options.data)
    found = tilting.fit(chosen, data, sections=options.sections, candidates=options.candidates)
    print(tilting.told(found))
    if not options.dry_run:
        tilts = {style: tuple(one.tilt for one in kinds) for style, kinds in found.items()}
        recard(chosen.path, tilts=tilts, recall=chosen.card.recall)
