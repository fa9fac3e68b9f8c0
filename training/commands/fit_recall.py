"""`python -m training fit-recall`: how strongly a model's sections return, into its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from training.commands.fitting import add_fitting

if TYPE_CHECKING:
    import argparse

    from composer.models import Model
    from training.dataset import Dataset


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fit-recall", help="how strongly sections return, fitted to people's pieces")
    add_fitting(parser, _fit, sections=20, beside="of the valid split, evenly from its styles")


def _fit(chosen: Model, data: Dataset, options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    from training import recalling

    found = recalling.fit(chosen, data, sections=options.sections, candidates=options.candidates)
    return recalling.told(found), {"recall": found.recall}
