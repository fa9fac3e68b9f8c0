"""A survey as one HTML page, with its pictures inside."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from training.survey.counts import OFTEN, often

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.survey.counts import Survey
    from training.survey.plots import Plot

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1d2430; }
img { max-width: 100%; }
table { border-collapse: collapse; }
th, td { padding: 0.1rem 1.2rem 0.1rem 0; text-align: left; }
td + td, th + th { text-align: right; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; color: #3a6ea5; }
"""


def summarise(survey: Survey) -> list[tuple[str, str]]:
    """The survey in a few lines: what is counted, and how many."""
    words = len(survey.pitches) + len(survey.chords)
    common = often(survey.pitches) + often(survey.chords)
    return [
        ("sections", f"{survey.sections:,}"),
        ("bars", f"{sum(survey.lengths):,}"),
        ("notes", f"{survey.notes:,}"),
        ("different pitches and chords", f"{words:,}"),
        (f"of these at least {OFTEN} times", f"{common:,}"),
        ("composers", f"{len(survey.composers):,}"),
    ]


def write_page(survey: Survey, plots: Sequence[Plot]) -> str:
    """One page that needs no other file and no network."""
    return "\n".join(
        (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>What is in the corpus</title>',
            f"<style>{_STYLE}</style></head><body><h1>What is in the corpus</h1>",
            _table(("", ""), summarise(survey)),
            *(_section(plot) for plot in plots),
            "</body></html>\n",
        )
    )


def _section(plot: Plot) -> str:
    picture = b64encode(plot.png).decode()
    return (
        f"<h2>{escape(plot.title)}</h2><p>{escape(plot.about)}</p>"
        f'<img alt="{escape(plot.title)}" src="data:image/png;base64,{picture}">'
        f"<details><summary>Figures</summary>{_table(plot.head, plot.rows)}</details>"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [_row("td", row) for row in rows]
    return "<table>" + "".join([_row("th", head), *lines] if any(head) else lines) + "</table>"


def _row(cell: str, values: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<{cell}>{escape(value)}</{cell}>" for value in values) + "</tr>"
