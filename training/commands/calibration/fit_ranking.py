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

_SEED = 1


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-ranking", help="how a model's candidates are ranked, fitted to people's pieces")
    add_fitting(parser, _fit, sections=160, beside="ends of pieces of the valid split, evenly from its styles")
    parser.add_argument("--carried-on", action="store_true", help="of what goes on from first halves of piano pieces")


def _fit(chosen: Model, data: Dataset, options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    from composer.models.card import changed
    from composer.models.choosing import EVERY_STYLE
    from training.calibration import fit_ranking, paired_pieces
    from training.corpus import style_profiles

    if options.carried_on:
        return _fit_continuations(chosen, data, options)
    # A file may be older than one of the measures; in those that it has, what was learned from ratings is counted.
    found = style_profiles.measure_profiles(data)
    usual = {style: {**found.get(style, {}), **own} for style, own in chosen.card.choosing.profiles.items()}
    chosen = replace(chosen, card=changed(chosen.card, profiles=usual))
    examples = paired_pieces.compose_pairs(chosen, data, sections=options.sections, candidates=options.candidates)
    fitted = fit_ranking.fit_by_family(examples, paired_pieces.find_endings(chosen, data, number=_OTHERS))
    families = {style: fit_ranking.family_of(style) for style in (EVERY_STYLE, *chosen.card.identity.styles)}
    own = {style: fitted[name].weights for style, name in families.items() if name in fitted}
    # What is fitted to continuations stays as it is.
    others = {name: weights for name, weights in chosen.card.choosing.ranking.items() if name not in families}
    changes = {"profiles": usual, "ranking": {**others, **own}, "candidates": options.candidates}
    return fit_ranking.format_table(fitted, candidates=options.candidates), changes


def _fit_continuations(chosen: Model, data: Dataset, options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    from composer.models.choosing import carried_on
    from composer.styles.table import KINDS_OF_PIANO, PIANO
    from training.calibration import fit_ranking, paired_halves

    people = paired_halves.measure_halves(data, number=_OTHERS, seed=_SEED)
    usual = paired_halves.find_usual(people)
    examples = paired_halves.carry_on_halves(
        chosen, data, usual, pieces=options.sections, candidates=options.candidates, seed=_SEED
    )
    others = paired_halves.stretches_of(people, usual)
    fitted = fit_ranking.fit_weights(examples, others, unweighed=paired_halves.UNWEIGHED)
    before = chosen.card.choosing
    styles = [style for style in (PIANO, *KINDS_OF_PIANO) if style in before.profiles]
    changes = {
        "profiles": {**before.profiles, **{carried_on(style): usual.profile for style in styles}},
        "following": {**before.following, **{carried_on(style): usual.following for style in styles}},
        "ranking": {**before.ranking, **{carried_on(style): fitted.weights for style in styles}},
    }
    return fit_ranking.format_table({PIANO: fitted}, candidates=options.candidates), changes
