"""The benchmark's table: what others published and what our runs reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from training.polyphonic.published import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from training.polyphonic.record import RecordRow

_HEAD = ("model", "mode", "set", "nats/frame", "valid", "seeds", "parameters", "seconds", "source")
_UNCHECKED = "as quoted elsewhere: "


def format_table(rows: Mapping[str, RecordRow], sets: Sequence[str]) -> str:
    """Return the table in Markdown: per set the published figures, then our runs, then their ensembles."""
    lines = [_HEAD, ("---",) * len(_HEAD)]
    for name in sets:
        lines += _published_rows(name)
        for entry, row in rows.items():
            architecture, mode, its, *offer = entry.split(":")
            if its == name and row.runs:
                lines += _own_rows(", ".join([architecture, *offer]), mode, name, row)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _published_rows(name: str) -> list[tuple[str, ...]]:
    return [
        (one.model, "", name, f"{one.nats[name]:.2f}", "", "", "", "", ("" if one.checked else _UNCHECKED) + one.source)
        for one in PUBLISHED
        if name in one.nats
    ]


def _own_rows(architecture: str, mode: str, name: str, row: RecordRow) -> list[tuple[str, ...]]:
    seeds = str(len(row.runs))
    parameters = f"{row.runs[0].parameters:,}"
    seconds = [run.seconds for run in row.runs]
    line = (
        architecture,
        mode,
        name,
        _format_spread([run.test for run in row.runs]),
        _format_spread([run.valid for run in row.runs]),
        seeds,
        parameters,
        f"{np.mean(seconds):.0f}",
        "this table",
    )
    if row.ensemble is None:
        return [line]
    total = f"{sum(run.parameters for run in row.runs):,}"
    mixed = (f"{architecture}, ensemble of {seeds}", mode, name, f"{row.ensemble:.3f}", "", seeds, total)
    return [line, (*mixed, f"{sum(seconds):.0f}", "this table")]


def _format_spread(values: list[float]) -> str:
    """Mean and, of more than one value, the sample's standard deviation."""
    mean = f"{np.mean(values):.3f}"
    return f"{mean} ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else mean
