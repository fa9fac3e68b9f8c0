from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.errors import MachineError
from composer.parsing import parse_metre
from composer.tokens.features import PLAIN
from tests.training.corpora import small_dataset
from training.corpus import dataset, packing
from training.corpus.dataset import Dataset, narrowed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return small_dataset(tmp_path_factory.mktemp("corpus"))


def packed(data: Dataset, path: Path, *, workers: int = 0) -> Dataset:
    packing.pack_corpus(data, path, workers=0)
    return packing.unpack_corpus(path, workers=workers)


def assert_same(one: Dataset, other: Dataset) -> None:
    assert one.entries == other.entries
    np.testing.assert_array_equal(one.tokens, other.tokens)
    np.testing.assert_array_equal(one.rows, other.rows)


def test_what_was_packed_is_unpacked_to_the_byte_chords_included(data: Dataset, tmp_path: Path) -> None:
    assert_same(packed(data, tmp_path / "corpus.zip", workers=2), data)


def test_corpus_of_an_earlier_feature_set_stays_one(data: Dataset, tmp_path: Path) -> None:
    plain = narrowed(data, PLAIN)

    assert_same(packed(plain, tmp_path / "corpus.zip"), plain)


def test_bars_that_come_after_a_section_are_remembered(data: Dataset, tmp_path: Path) -> None:
    first = data.entries[0]
    rows = dataset.tracked_rows(data.tokens[: first.length].tolist(), parse_metre(first.metre), bars=99)
    cut_off = Dataset(data.tokens[: first.length], rows, (replace(first),))

    assert_same(packed(cut_off, tmp_path / "corpus.zip"), cut_off)


def test_corpus_is_loaded_from_a_folder_or_an_archive(data: Dataset, tmp_path: Path) -> None:
    dataset.save(data, tmp_path / "prepared")
    packing.pack_corpus(data, tmp_path / "corpus.zip", workers=0)

    for path in ("prepared", "corpus.zip"):
        assert_same(packing.load_corpus(tmp_path / path, workers=0), data)


@pytest.mark.parametrize(("content", "sentence"), [(None, "no packed corpus"), (b"PK\x03\x04 cut off", "is damaged")])
def test_archive_that_is_none_is_refused(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / "corpus.zip").write_bytes(content)

    with pytest.raises(MachineError, match=sentence):
        packing.unpack_corpus(tmp_path / "corpus.zip", workers=0)
