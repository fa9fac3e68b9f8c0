"""`python -m training describe`: what is in a prepared corpus, as one page with pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from composer.command_parser import folder_to_write

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("describe", help="a prepared corpus -> a page on what is in it, and its pictures")
    parser.add_argument("--data", type=Path, default=Path("prepared"), help="the prepared corpus")
    parser.add_argument(
        "--out", type=folder_to_write, default="description", help="folder for the page and its pictures"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Count, draw, write and print the summary."""
    from composer.files import write_together
    from training.corpus import dataset
    from training.survey.counts import survey_corpus
    from training.survey.page import summarise, write_page
    from training.survey.report import draw_plots

    survey = survey_corpus(dataset.load(options.data))
    plots = draw_plots(survey)
    page = options.out / "corpus.html"
    pictures = {options.out / f"{plot.name}.png": plot.png for plot in plots}
    write_together({page: write_page(survey, plots).encode(), **pictures})
    for what, figure in summarise(survey):
        print(f"{what:32} {figure:>12}")
    print(page)
