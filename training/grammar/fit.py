"""A prepared corpus and lead sheets -> the tables that the grammar composes by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from composer.files import write_atomically
from training.corpus.sources import UNTABLED
from training.corpus.style_profiles import measure_profiles
from training.grammar.analysis import phrases_of
from training.grammar.lead_sheets import phrases_in
from training.grammar.rhythms import GROUPS, count_rhythms
from training.grammar.weights import fit_weights

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset


def fit(data: Dataset, lead_sheets: Path | None) -> dict[str, object]:
    """All tables, and whose music they were counted in.

    Args:
        data: Prepared corpus, whose training split is counted.
        lead_sheets: Folder of songs with chord symbols; None leaves them out.
    """
    phrases = list(phrases_of(data))
    songs = list(phrases_in(lead_sheets)) if lead_sheets else []
    sources = {(entry.collection, entry.licence) for entry in data.of("train")}
    if lead_sheets:
        sources.add((lead_sheets.name, _licence_in(lead_sheets)))
    profiles = measure_profiles(data)
    return {
        "sources": [{"name": name, "licence": licence} for name, licence in sorted(sources)],
        "phrases": {"corpus": len(phrases), "lead sheets": len(songs)},
        "harmony": fit_weights([*phrases, *songs]),
        "rhythms": count_rhythms(data),
        "profiles": {style: profiles[style] for style in GROUPS if style in profiles},
    }


def _licence_in(folder: Path) -> str:
    """The first line of a folder's file LICENSE; unknown without one."""
    file = folder / "LICENSE"
    return file.read_text(encoding="utf-8").strip().splitlines()[0] if file.is_file() else UNTABLED


def save(tables: dict[str, object], path: Path) -> None:
    """Write the tables.

    Raises:
        OutputError: If they cannot be written there.
    """
    write_atomically(path, f"{json.dumps(tables, ensure_ascii=False, separators=(',', ':'))}\n".encode())
