from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.errors import MachineError, RequestError
from composer.models.network_spec import FixtureCost
from composer.tokens import vocabulary
from composer.tokens.outlook import leave_chords_open
from tests.training.corpora import make_set, prepared
from training.evaluation import fixture
from training.evaluation.bits_per_note import Bits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.corpus.dataset import CorpusEntry, Dataset

FILES = "abcdef"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Six held-out pieces of over 600 tokens and one to train on."""
    folder = tmp_path_factory.mktemp("corpus")
    make_set(folder, "polish-scores-piano", {**{f"{name}.mid": "test" for name in FILES}, "t.mid": "train"}, bars=30)
    return prepared(folder)[0]


def test_a_few_sections_of_each_style_are_kept_evenly_spread(data: Dataset, tmp_path: Path) -> None:
    styles = ("song", "salon", "salon", "salon", "song", "salon")
    held_out = [replace(entry, style=style) for entry, style in zip(data.of("test"), styles, strict=True)]
    sorted_ = replace(data, entries=(*data.of("train"), *held_out))

    kept = fixture.write(sorted_, tmp_path / "kept.json")

    assert [(entry.name[-5], entry.style) for entry in kept] == [
        ("b", "salon"), ("f", "salon"), ("a", "song"), ("e", "song"),
    ]  # fmt: skip


def test_kept_sections_have_the_tokens_conditions_and_positions_of_the_corpus(data: Dataset, tmp_path: Path) -> None:
    kept = fixture.write(data, tmp_path / "kept.json")

    loaded = fixture.load(tmp_path / "kept.json")

    assert len(loaded.of("test")) == len(kept) == 2
    for entry, source in zip(loaded.entries, kept, strict=True):
        own, original = (slice(one.start, one.start + fixture.LONGEST) for one in (entry, source))
        np.testing.assert_array_equal(loaded.tokens[own], data.tokens[original])
        rows = data.rows[original].copy()
        leave_chords_open(rows, np.ones(len(rows), np.bool_))
        np.testing.assert_array_equal(loaded.rows[own], rows)
        assert (entry.classes, entry.style, entry.title) == (source.classes, source.style, source.title)


def test_pieces_that_oblige_whoever_copies_them_are_left_out(data: Dataset, tmp_path: Path) -> None:
    obliging = replace(data, entries=tuple(replace(entry, licence="CC-BY-4.0") for entry in data.entries))

    with pytest.raises(RequestError, match="no held-out piece of the corpus is free"):
        fixture.write(obliging, tmp_path / "kept.json")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"vocabulary": "x"', '{"vocabulary": "0123"}'])
def test_file_that_does_not_fit_is_refused_with_the_way_to_make_it_again(text: str, tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text(text)

    with pytest.raises(MachineError, match=r"make it again: .*python -m training fixture"):
        fixture.load(tmp_path / "kept.json")


def test_damaged_section_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text(json.dumps({"vocabulary": vocabulary.fingerprint(), "sections": [{}]}))

    with pytest.raises(MachineError, match="missing or damaged"):
        fixture.load(tmp_path / "kept.json")


def test_fingerprint_is_the_files(data: Dataset, tmp_path: Path) -> None:
    for name in ("one", "other"):
        fixture.write(data, tmp_path / name)
    assert fixture.fingerprint(tmp_path / "one") == fixture.fingerprint(tmp_path / "other")

    (tmp_path / "other").write_bytes((tmp_path / "other").read_bytes() + b"\n")

    assert fixture.fingerprint(tmp_path / "one") != fixture.fingerprint(tmp_path / "other")


def test_only_styles_that_were_learned_count() -> None:
    measured: list[CorpusEntry] = []

    def measure(_: Dataset, entries: Sequence[CorpusEntry]) -> Bits:
        measured.extend(entries)
        return Bits(5.5, 3.0, 100)

    cost = fixture.cost(measure, {"song", "band"})

    assert cost == FixtureCost(fixture.fingerprint(), 5.5)
    assert {entry.style for entry in measured} == {"song"}
    assert fixture.cost(measure, {"waltz"}) is None
