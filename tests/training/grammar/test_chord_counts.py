from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from composer.errors import RequestError
from composer.music.chord_names import parse_chord
from composer.tokens.features import PLAIN
from tests.training.corpora import small_dataset
from training.corpus.dataset import narrowed
from training.grammar import chord_counts

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return small_dataset(tmp_path_factory.mktemp("corpus"))


def test_runs_of_chords_are_counted_by_style_mode_and_place_in_the_bar(data: Dataset, tmp_path: Path) -> None:
    counts = chord_counts.count_chords(data)
    chord_counts.save(counts, tmp_path / "chords.json")

    assert json.loads((tmp_path / "chords.json").read_text()) == counts
    assert any(style.startswith("any ") for style in counts)
    for style, runs in counts.items():
        for run, followed in runs.items():
            place, *before = run.split()
            assert place in {"0", "1"}
            assert len(before) == (1 if style.startswith("any ") else 2)
            assert all(parse_chord(name) for name in [*before, *followed])


def test_corpus_without_chords_is_refused(data: Dataset) -> None:
    with pytest.raises(RequestError, match="prepare it again"):
        chord_counts.count_chords(narrowed(data, PLAIN))
