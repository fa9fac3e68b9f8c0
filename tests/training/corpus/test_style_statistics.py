from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.tokens.vocabulary import Kind, token_of
from tests.training.corpora import small_dataset
from training.__main__ import main
from training.corpus import dataset, style_statistics

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset

SPLITS = {f"{name}.mid": "train" for name in "abcd"}
MINOR = 2


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    return small_dataset(tmp_path / "music", SPLITS)


def with_train(data: Dataset, *told: tuple[str, int, int, int]) -> Dataset:
    """A corpus whose train split are sections of these metres, tempo and density classes, and bars."""
    changed = [
        replace(entry, metre=metre, classes=(entry.classes[0], MINOR, tempo, density, *entry.classes[4:]), bars=bars)
        for entry, (metre, tempo, density, bars) in zip(data.entries, told, strict=False)
    ]
    others = [replace(entry, split="test") for entry in data.entries[len(changed) :]]
    return replace(data, entries=(*changed, *others))


def test_metres_are_counted_with_their_tempi_and_densities(data: Dataset) -> None:
    counts = style_statistics.count_statistics(with_train(data, ("6/8", 1, 6, 1000), ("3/8", 6, 3, 32)))["piano"]

    assert counts["6/8"].bars == 64
    assert counts[""].bars == 96
    assert counts[""].modes.tolist() == [0, 96]
    assert counts["3/8"].tempos.tolist() == [0, 0, 0, 0, 0, 32]
    assert counts["3/8"].densities.tolist() == [0, 0, 32, 0, 0, 0]


def test_what_tempo_does_to_density_is_told_apart_from_what_metre_does(data: Dataset) -> None:
    by_metre = with_train(data, ("6/8", 1, 6, 64), ("3/8", 6, 3, 64))
    by_tempo = with_train(data, ("3/4", 1, 5, 64), ("3/4", 6, 2, 64))

    assert np.allclose(style_statistics.density_by_tempo(by_metre), 1)
    ratios = style_statistics.density_by_tempo(by_tempo)
    assert ratios[0, 4] > 1 > ratios[0, 1]
    assert ratios[5, 1] > 1 > ratios[5, 4]


def test_upbeats_are_counted_by_piece_up_to_half_a_bar(data: Dataset) -> None:
    trained = with_train(data, ("4/4", 1, 6, 1000), ("4/4", 1, 6, 1000), ("4/4", 6, 3, 32))
    first, second, third = trained.entries[:3]
    again = replace(second, name=first.name)
    tokens = trained.tokens.copy()
    for entry, position in ((first, 72), (second, 72), (third, 24)):
        tokens[entry.start + 2] = token_of(Kind.POSITION, position)

    counts = style_statistics.count_statistics(
        replace(trained, tokens=tokens, entries=(first, again, *trained.entries[2:]))
    )

    assert (counts["salon"]["4/4"].pieces, counts["salon"]["4/4"].upbeats) == (2, {24: 1, 0: 1})
    told = style_statistics.format_table(counts, style_statistics.density_by_tempo(trained))
    assert " 24:14\n" in told


def test_command_prints_a_line_for_each_metre(
    data: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset.save(data, tmp_path / "prepared")

    assert main(["style-statistics", "--data", str(tmp_path / "prepared")]) == 0

    printed = capsys.readouterr().out.splitlines()
    lines = [line for line in printed if "reach" not in line]
    assert lines[0].startswith("piano 0.")
    assert lines[1].startswith("4/4 100 ")
    assert len(lines[1].split()) == len(lines[-1].split()) + 3
    assert printed[len(lines)].startswith("piano reach ")
