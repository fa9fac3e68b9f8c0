"""`python -m training fit-tilts`: what a model's melodies lean to, into its card."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from training.commands.shared.card_fitting import add_fitting

if TYPE_CHECKING:
    import argparse

    from composer.models.loading import Model
    from training.corpus.dataset import Dataset


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-tilts", help="how melodies are to move, fitted to people's pieces")
    add_fitting(parser, _fit, sections=6, beside="of the train split to compose beside, for each style")
    parser.add_argument("--recall", type=float, help="how strongly sections return, for the card (what is in it)")


def _fit(chosen: Model, data: Dataset, options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    from composer.models.card import changed
    from training.calibration import fit_tilts

    if options.recall is not None:
        chosen = replace(chosen, card=changed(chosen.card, recall=options.recall))
    found = fit_tilts.fit_tilts(chosen, data, sections=options.sections, candidates=options.candidates)
    tilts = {style: tuple(one.tilt for one in kinds) for style, kinds in found.items()}
    return fit_tilts.format_table(found), {"tilts": tilts, "recall": chosen.card.choosing.recall}
