"""`python -m training fit-ranking`: weights that choose among a model's candidates, into its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.commands.inputs import add_fitting

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-ranking", help="how a model's candidates are ranked, fitted to people's pieces")
    add_fitting(parser, sections=160, beside="ends of pieces of the valid split, evenly from its styles")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Compose, fit, tell, and put the weights into the card."""
    from composer.card import EVERY_STYLE
    from training import dataset, ranking, rivals
    from training.commands.inputs import model
    from training.modelfile import recard

    chosen = model(options.model)
    data = dataset.load(options.data)
    examples = rivals.examples(chosen, data, sections=options.sections, candidates=options.candidates)
    fitted = ranking.fit_by_family(examples)
    print(ranking.told(fitted, candidates=options.candidates))
    if not options.dry_run:
        families = {style: ranking.family_of(style) for style in (EVERY_STYLE, *chosen.card.styles)}
        own = {style: fitted[name].weights for style, name in families.items() if name in fitted}
        recard(chosen.path, ranking=own)
