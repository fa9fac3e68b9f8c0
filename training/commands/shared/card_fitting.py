"""What every command does that fits something in a model's card to people's pieces."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from composer.models.loading import Model
    from training.corpus.dataset import Dataset

    Fit = Callable[[Model, Dataset, argparse.Namespace], tuple[str, dict[str, Any]]]


def add_fitting(parser: argparse.ArgumentParser, fit: Fit, *, sections: int, beside: str) -> None:
    """Give a command its options and what it runs.

    Args:
        parser: Parser of the command.
        fit: Function of a model, a corpus and the options that gives what to tell, and the fields of the card that
            change.
        sections: How many of people's to compose beside, unless asked otherwise.
        beside: Sections beside which it composes.
    """
    parser.add_argument("--model", default="wavenet", help="name, name@version or path of a model file")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.add_argument("--sections", type=int, default=sections, help=beside)
    parser.add_argument("--candidates", type=int, help="to compose beside each (as many as its card says)")
    parser.add_argument("--dry-run", action="store_true", help="leave the model file as it is")
    parser.set_defaults(run=partial(_fit_card, fit))


def _fit_card(fit: Fit, options: argparse.Namespace) -> None:
    from training.commands.shared.inputs import load_model
    from training.corpus import dataset
    from training.export.model_file import change_card

    chosen = load_model(options.model)
    options.candidates = options.candidates or chosen.card.choosing.candidates
    told, changes = fit(chosen, dataset.load(options.data), options)
    print(told)
    if not options.dry_run:
        change_card(chosen.path, **changes)
