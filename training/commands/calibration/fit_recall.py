"""`python -m training fit-recall`: how strongly a model's sections return, into its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from training.commands.shared.card_fitting import add_fitting

if TYPE_CHECKING:
    import argparse

    from composer.models.loading import Model
    from training.corpus.dataset import Dataset


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-recall", help="how strongly sections return, fitted to people's pieces")
    add_fitting(parser, _fit, sections=20, beside="of the valid split, evenly from its styles")


def _fit(chosen: Model, data: Dataset, options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    from training.calibration import fit_recall

    found = fit_recall.fit_recall(chosen, data, sections=options.sections, candidates=options.candidates)
    return fit_recall.format_table(found), {"recall": found.recall}
