"""`python -m training fixture`: what CI knows of the corpus, and what a model file costs on its held-out sections."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("fixture", help="what shipped model files are checked on")
    parser.add_argument("--data", type=Path, help="choose it anew from this prepared corpus")
    parser.add_argument("--model", nargs="*", default=[], help="to measure on the sections; their cards keep it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Choose the sections, measure the models, or both."""
    from training.corpus import dataset
    from training.evaluation import copy_check, fixture

    log = logging.getLogger("training")
    if options.data is not None:
        data = dataset.load(options.data)
        log.info("%d runs of bars that models learned from", copy_check.write_runs(data))
        for entry in fixture.write(data):
            log.info("%-10s %s: %s (%s)", entry.style, entry.composer, entry.title, entry.licence)
    for wanted in options.model:
        _measure_models(wanted, log)


def _measure_models(wanted: str, log: logging.Logger) -> None:
    from functools import partial

    from training.commands.shared.inputs import load_model
    from training.evaluation import bits_per_note, fixture
    from training.export.model_file import change_card

    measured = load_model(wanted)
    cost = fixture.cost(partial(bits_per_note.of_model, measured), measured.card.identity.styles)
    change_card(measured.path, fixture_cost=cost)
    log.info("%s: %s bits a note", measured.path, "no section in its styles," if cost is None else cost.bits_per_note)
