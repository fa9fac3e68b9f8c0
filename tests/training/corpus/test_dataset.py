from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from composer.errors import MachineError, OutputError, RequestError
from composer.music.score import PITCH_CLASSES
from composer.tokens import conditions, vocabulary
from composer.tokens.features import NEWEST, PLAIN, POSITION_WIDTH, position_features
from tests.training.corpora import make_set, prepared, small_dataset
from training.corpus import dataset
from training.corpus.batches import Batch, Batches, whole_section
from training.corpus.dataset import Dataset, narrowed

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SET = "polish-scores-piano"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return small_dataset(tmp_path_factory.mktemp("corpus"))


def batches(data: Dataset, *, seed: int = 0, **weights: float) -> Batches:
    return Batches(data, weights, seed=seed)


def test_what_was_saved_is_loaded(data: Dataset, tmp_path: Path) -> None:
    dataset.save(data, tmp_path / "new" / "prepared")

    loaded = dataset.load(tmp_path / "new" / "prepared")

    assert loaded.entries == data.entries
    np.testing.assert_array_equal(loaded.tokens, data.tokens)
    np.testing.assert_array_equal(loaded.rows, data.rows)


def test_arrays_that_are_not_those_of_the_entries_are_refused(data: Dataset) -> None:
    with pytest.raises(ValueError, match="tokens expected"):
        replace(data, tokens=data.tokens[1:])


def test_missing_corpus_is_named_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"no prepared corpus in .*; run: .*python -m training prepare --out"):
        dataset.load(tmp_path)


@pytest.mark.parametrize("key", ["vocabulary", "features"])
def test_corpus_of_another_vocabulary_is_refused(data: Dataset, tmp_path: Path, key: str) -> None:
    dataset.save(data, tmp_path)
    manifest: dict[str, Any] = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps({**manifest, key: "0123456789abcdef"}))

    with pytest.raises(MachineError, match="another vocabulary; prepare it again"):
        dataset.load(tmp_path)


@pytest.mark.parametrize(
    ("file", "text"),
    [("manifest.json", "{"), ("manifest.json", "{}"), ("tokens.npy", ""), ("rows.npy", "\x93NUMPY")],
)
def test_damaged_corpus_is_refused(data: Dataset, tmp_path: Path, file: str, text: str) -> None:
    dataset.save(data, tmp_path)
    (tmp_path / file).write_text(text, encoding="latin-1")

    with pytest.raises(MachineError, match="is damaged; prepare it again"):
        dataset.load(tmp_path)


def test_corpus_whose_arrays_are_another_ones_is_refused(data: Dataset, tmp_path: Path) -> None:
    dataset.save(data, tmp_path)
    np.save(tmp_path / "tokens.npy", data.tokens[:-1])

    with pytest.raises(MachineError, match="damaged"):
        dataset.load(tmp_path)


def test_place_where_nothing_can_be_written_is_named(data: Dataset, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match=r"cannot write the prepared corpus to .*file"):
        dataset.save(data, tmp_path / "file")


def test_windows_hold_each_token_with_its_features_and_the_token_after(data: Dataset) -> None:
    batch = batches(data).draw(4, 32)

    assert [array.dtype.name for array in (batch.tokens, batch.features, batch.targets)] == [
        "int32",
        "float32",
        "int32",
    ]
    assert batch.tokens.shape == batch.targets.shape == (4, 32)
    assert batch.features.shape == (4, 32, NEWEST.width)
    np.testing.assert_array_equal(batch.tokens[:, 1:], batch.targets[:, :-1])


def test_windows_come_from_the_train_split_alone(data: Dataset) -> None:
    end = sum(entry.length for entry in data.of("train"))
    marked = replace(data, tokens=np.where(np.arange(len(data.tokens)) < end, 7, 8).astype(np.uint16))

    batch = batches(marked).draw(64, 200)

    assert set(batch.tokens.ravel()) | set(batch.targets.ravel()) == {7}


def test_some_windows_begin_where_a_piece_does(data: Dataset) -> None:
    begins = batches(data).draw(400, 16).tokens[:, 0] == vocabulary.START

    assert 0.2 < begins.mean() < 0.32


def test_same_seed_draws_the_same(data: Dataset) -> None:
    one, same, other = (batches(data, seed=seed).draw(4, 32) for seed in (1, 1, 2))

    np.testing.assert_array_equal(one.features, same.features)
    assert (one.tokens != other.tokens).any()


def test_sets_are_drawn_by_their_weight(tmp_path: Path) -> None:
    for number, name in enumerate(("chopin-first-editions", SET)):
        make_set(tmp_path, name, {f"{number}.mid": "train"})
    data, _ = prepared(tmp_path)
    first = data.entries[0].length

    batch = Batches(data, {SET: 0.0}, seed=0).draw(50, 1)

    drawn = {int(token) for token in batch.tokens.ravel()}
    assert drawn <= set(data.tokens[:first].tolist())


def condition_shares(data: Dataset) -> dict[str, NDArray[np.float32]]:
    """How often each class of each condition was told, over many windows; those of a batch share theirs."""
    drawing = batches(data)
    told = np.mean([drawing.draw(1, 1).features[0, 0, POSITION_WIDTH : PLAIN.width] for _ in range(600)], axis=0)
    return dict(zip(conditions.SIZES, np.split(told, np.cumsum(list(conditions.SIZES.values()))), strict=False))


def test_conditions_are_left_open_now_and_then(data: Dataset) -> None:
    shares = condition_shares(data)

    for name in ("style", "mode", "tempo", "density"):
        assert 0.8 < shares[name].sum() < 0.9
    assert shares["rating"].sum() == 0


def test_kinds_of_piano_music_are_called_piano_music_half_the_time(data: Dataset) -> None:
    styles = condition_shares(data)["style"]

    for name in ("salon", "piano"):
        assert 0.37 < styles[conditions.style_class(name) - 1] < 0.48


def test_corpus_without_anything_to_train_on_is_refused(tmp_path: Path, data: Dataset) -> None:
    held_out = small_dataset(tmp_path, {"a.mid": "test"})

    for nothing, weights in ((held_out, {}), (data, {SET: 0.0}), (data, {SET: -1.0})):
        with pytest.raises(RequestError, match="nothing to train on"):
            Batches(nothing, weights, seed=0)


def test_weight_of_an_unknown_set_is_refused(data: Dataset) -> None:
    with pytest.raises(RequestError, match="no set polish; there are polish-scores-piano"):
        batches(data, polish=2.0)


def test_window_longer_than_the_corpus_is_refused(data: Dataset) -> None:
    with pytest.raises(RequestError, match="tokens to train on; 5001 are needed"):
        batches(data).draw(1, 5000)


def test_whole_section_runs_from_its_start_to_its_end(data: Dataset) -> None:
    entry = data.of("valid")[0]

    whole = whole_section(data, entry, longest=10_000)

    assert whole.tokens[0, 0] == vocabulary.START
    assert whole.targets[0, -1] == vocabulary.END
    assert whole.tokens.shape == (1, entry.length - 1)
    np.testing.assert_array_equal(
        whole.features[0, :, :POSITION_WIDTH],
        position_features(data.rows[entry.start : entry.start + entry.length - 1]),
    )


def chords_in(batch: Batch) -> float:
    """Share of the places of a batch at which the chord that sounds is told."""
    return float(batch.features[..., PLAIN.width : PLAIN.width + PITCH_CLASSES].sum(axis=-1).mean())


def test_chords_are_left_open_now_and_then_in_training_and_always_where_music_is_judged(data: Dataset) -> None:
    drawing, entry = batches(data), data.of("valid")[0]

    shown = [chords_in(drawing.draw(1, 8)) for _ in range(400)]

    assert 0.05 < shown.count(0.0) / len(shown) < 0.35
    assert chords_in(whole_section(data, entry, longest=100)) == 0
    assert chords_in(whole_section(data, entry, longest=100, chords_open=False)) > 0.5


def test_corpus_that_was_prepared_with_an_earlier_feature_set_is_still_of_use(data: Dataset, tmp_path: Path) -> None:
    dataset.save(narrowed(data, PLAIN), tmp_path)

    loaded = dataset.load(tmp_path)

    assert loaded.feature_set is PLAIN
    np.testing.assert_array_equal(
        batches(loaded).draw(2, 8).features, batches(data).draw(2, 8).features[..., : PLAIN.width]
    )


def test_long_section_is_cut(data: Dataset) -> None:
    assert whole_section(data, data.entries[0], longest=20).tokens.shape == (1, 20)


def test_a_batch_is_varied_after_it_was_drawn(data: Dataset) -> None:
    varied = Batches(data, {}, seed=0, vary=lambda batch: replace(batch, targets=batch.targets * 0))

    batch = varied.draw(2, 8)

    assert not batch.targets.any()
    np.testing.assert_array_equal(batch.tokens, batches(data).draw(2, 8).tokens)
