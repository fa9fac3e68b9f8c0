"""Habits are found again in performances that were made with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.performance.pianist import from_values
from tests.training.playing.test_playing import play
from training.playing.fitting import fit_pianist

if TYPE_CHECKING:
    from pathlib import Path


def test_habits_are_those_of_the_performances(tmp_path: Path, rng: np.random.Generator) -> None:
    names = [f"{number}.mid" for number in range(6)]
    for name in names:
        play(tmp_path / name, rng, by_hand=True, seconds=60)
    rows = [f"{name}\t{name}\t\tsomebody\tgreen" for name in names]
    (tmp_path / "pieces.tsv").write_text("\n".join(["file\tcomposer\ttitle\tperformer\troll", *rows]))

    notes = fit_pianist(tmp_path, tmp_path / "pianist.json")

    pianist = from_values(json.loads((tmp_path / "pianist.json").read_text()))
    late = pianist.habits["late"]
    assert notes > 600
    assert set(pianist.habits) == {"velocity", "late", "held", "pace"}
    # Each of two notes is 12 ms from where it was meant to be, and so is each from their mean, to which both belong.
    assert np.exp(late.deviation[0]) == pytest.approx(12, rel=0.5)
    assert np.median(pianist.feet[0]) == pytest.approx(0.1, abs=0.05)
