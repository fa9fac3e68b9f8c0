"""`python -m training fit-ranking`: weights that choose among a model's candidates, into its card."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from training.commands.shared.card_fitting import add_fitting

if TYPE_CHECKING:
    import argparse

    from composer.models.loading import Model
    from training.corpus.dataset import Dataset

_OTHERS = 800
"""Stretches of people's pieces of the train split whose means count as well."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-ranking", help="how a model's candidates are ranked, fitted to people's pieces")
    add_fitting(parser, _fit, sections=160, beside="ends of pieces of the valid split, evenly from its styles")


def _fit(chosen: Model, data: Dataset, options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    from composer.models.card import changed
    from composer.models.choosing import EVERY_STYLE
    from training.calibration import fit_ranking, paired_pieces
    from training.corpus import style_profiles

    # A file may be older than one of the measures; in those that it has, what was learned from ratings is counted.
    found = style_profiles.measure_profiles(data)
    usual = {style: {**found.get(style, {}), **own} for style, own in chosen.card.choosing.profiles.items()}
    chosen = replace(chosen, card=changed(chosen.card, profiles=usual))
    examples = paired_pieces.compose_pairs(chosen, data, sections=options.sections, candidates=options.candidates)
    fitted = fit_ranking.fit_by_family(examples, paired_pieces.find_endings(chosen, data, number=_OTHERS))
    families = {style: fit_ranking.family_of(style) for style in (EVERY_STYLE, *chosen.card.identity.styles)}
    own = {style: fitted[name].weights for style, name in families.items() if name in fitted}
    changes = {"profiles": usual, "ranking": own, "candidates": options.candidates}
    return fit_ranking.format_table(fitted, candidates=options.candidates), changes
