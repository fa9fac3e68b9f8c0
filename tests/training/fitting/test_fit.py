from __future__ import annotations

import math
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from composer.errors import RequestError
from composer.tokens import vocabulary
from tests.training.corpora import small_dataset
from tests.training.small import SIZES, TINY
from training.corpus.batches import whole_section
from training.fitting import checkpoint
from training.fitting.checkpoint import FittingRun
from training.fitting.fit import fit_network
from training.fitting.plan import TrainingPlan
from training.fitting.validation import bits_per_note
from training.networks.build import build_network
from training.networks.loss import negative_log_likelihoods
from training.networks.registry import NETWORKS, configuration_from

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from training.corpus.dataset import Dataset

SHORT = TrainingPlan(tokens=256, batch=2, time=32, warmup=1, check_minutes=1e-9)
"""Four steps, a check after each."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return small_dataset(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def finished(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that spent `SHORT`."""
    folder = tmp_path_factory.mktemp("run") / "finished"
    fit_network(data, TINY, SHORT, folder=folder)
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """A run of one's own that spent `SHORT`."""
    return shutil.copytree(finished, tmp_path / "run")


def run(**done: Any) -> FittingRun:
    return FittingRun(configuration=TINY, seed=1, **done)


def best(folder: Path) -> list[NDArray[Any]]:
    return checkpoint.read_arrays(folder / checkpoint.BEST)


@pytest.mark.parametrize("architecture", NETWORKS)
def test_network_learns_four_bars_by_heart(architecture: str, data: Dataset, tmp_path: Path) -> None:
    sizes = {name: TINY[name] for name in ("vocabulary_size", "feature_width", "dropout")}
    four_bars = int(np.flatnonzero(data.tokens == vocabulary.BAR)[4])
    entry = replace(data.entries[0], length=four_bars)
    few = replace(data, tokens=data.tokens[:four_bars], rows=data.rows[:four_bars], entries=(entry,))
    plan = TrainingPlan(
        tokens=300 * (four_bars - 1), batch=1, time=four_bars - 1, warmup=10, learning_rate=0.03, average=0.9,
        check_minutes=1.0,
    )  # fmt: skip

    done = fit_network(
        few, {"architecture": architecture, **sizes, **SIZES[architecture], "width": 16}, plan, folder=tmp_path
    )

    network = build_network(configuration_from(done.configuration))
    before = bits_per_note(network, [whole_section(few, entry, longest=1000)])
    checkpoint.load_best(tmp_path, network)
    after = bits_per_note(network, [whole_section(few, entry, longest=1000)])
    assert before > 15
    assert after < 0.5


def test_budget_of_tokens_ends_the_run(finished: Path) -> None:
    done = checkpoint.read_run(finished)

    assert (done.tokens, done.steps) == (256, 4)
    assert [tokens for tokens, *_ in done.history] == [64, 128, 192, 256]
    assert done.best == pytest.approx(min(bits for *_, bits in done.history), abs=1e-4)


def test_budget_of_time_ends_the_run(data: Dataset, tmp_path: Path) -> None:
    done = fit_network(data, TINY, replace(SHORT, tokens=10**9, minutes=1e-9), folder=tmp_path)

    assert done.steps == 1
    assert done.seconds > 0


def test_run_goes_on_where_it_stopped_with_its_own_network_and_seed(data: Dataset, folder: Path) -> None:
    done = fit_network(data, {**TINY, "width": 99}, replace(SHORT, tokens=384, seed=9), folder=folder)

    assert (done.steps, done.tokens, done.seed) == (6, 384, 1)
    assert done.configuration == TINY
    assert len(done.history) == 6


def test_run_that_spent_its_budget_is_left_as_it_is(data: Dataset, folder: Path) -> None:
    files = {path.name: path.read_bytes() for path in folder.iterdir()}

    done = fit_network(data, TINY, SHORT, folder=folder)

    assert done == checkpoint.read_run(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_optimizer_and_average_go_on_too(data: Dataset, folder: Path) -> None:
    state, average = (checkpoint.read_arrays(folder / name) for name in (checkpoint.STATE, checkpoint.AVERAGE))

    # At a rate this low nothing moves: what is saved again is what was restored.
    fit_network(data, TINY, replace(SHORT, tokens=257, learning_rate=1e-30, weight_decay=0.0), folder=folder)

    again, means = (checkpoint.read_arrays(folder / name) for name in (checkpoint.STATE, checkpoint.AVERAGE))
    momentum = (1 + 4) / (10 + 4)
    for weight, kept, mean, moved in zip(state, again, average, means, strict=False):
        np.testing.assert_array_equal(kept, weight)
        np.testing.assert_allclose(moved, mean + (1 - momentum) * (weight - mean), rtol=1e-5, atol=1e-7)
    assert [int(values) for values in again if values.dtype.kind == "i"] == [5]


def test_seed_decides_what_is_learned(data: Dataset, finished: Path, tmp_path: Path) -> None:
    for seed in (1, 2):
        fit_network(data, TINY, replace(SHORT, seed=seed), folder=tmp_path / str(seed))

    one, same, other = (best(folder) for folder in (finished, tmp_path / "1", tmp_path / "2"))
    for weight, equal in zip(one, same, strict=True):
        np.testing.assert_allclose(weight, equal, atol=1e-6)
    assert any(not np.allclose(weight, different) for weight, different in zip(one, other, strict=True))


def test_without_validation_set_the_last_weights_are_the_best(tmp_path: Path) -> None:
    only_train = small_dataset(tmp_path / "corpus", {"a.mid": "train"})

    done = fit_network(only_train, TINY, SHORT, folder=tmp_path / "run")

    assert done.best == math.inf
    for kept, last in zip(
        best(tmp_path / "run"), checkpoint.read_arrays(tmp_path / "run" / checkpoint.AVERAGE), strict=True
    ):
        np.testing.assert_array_equal(kept, last)


def test_corpus_shorter_than_a_window_is_refused(data: Dataset, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="are needed at least"):
        fit_network(data, TINY, replace(SHORT, time=4096), folder=tmp_path)


def test_rate_warms_up_then_falls_along_a_cosine() -> None:
    plan = TrainingPlan(tokens=1000, minutes=10, warmup=10, learning_rate=1.0)

    assert plan.rate(run()) == pytest.approx(0.1)
    assert plan.rate(run(steps=9)) == pytest.approx(1.0)
    assert plan.rate(run(steps=50, tokens=500)) == pytest.approx(0.51)
    assert plan.rate(run(steps=50, tokens=500, seconds=600.0)) == pytest.approx(0.02)


def test_budget_is_spent_by_tokens_or_minutes() -> None:
    plan = TrainingPlan(tokens=1000, minutes=10)

    assert not plan.spent(run(tokens=999, seconds=599.0))
    assert plan.spent(run(tokens=1000))
    assert plan.spent(run(seconds=600.0))


@pytest.mark.parametrize(
    "nonsense",
    [{"tokens": 0}, {"minutes": 0.0}, {"batch": 0}, {"check_minutes": 0.0}, {"average": 1.0}, {"weight_decay": -1.0}],
)
def test_plan_that_could_take_no_step_is_refused(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be"):
        TrainingPlan(**nonsense)


def test_negative_log_likelihoods_are_those_of_the_softmax(rng: np.random.Generator) -> None:
    logits = rng.normal(scale=5, size=(2, 3, 7)).astype(np.float32)
    targets = rng.integers(7, size=(2, 3)).astype(np.int32)

    nats = negative_log_likelihoods(logits, targets)

    expected = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    np.testing.assert_allclose(nats, np.asarray(expected), rtol=1e-4)
    np.testing.assert_allclose(negative_log_likelihoods(logits + 1000, targets), nats, rtol=1e-3)


def test_bits_are_counted_by_note(data: Dataset) -> None:
    network = build_network(configuration_from(TINY))
    network.set_weights([np.zeros_like(weight) for weight in network.get_weights()])
    window = whole_section(data, data.entries[0], longest=10_000)

    bits = bits_per_note(network, [window])

    notes = data.entries[0].notes
    assert bits == pytest.approx(window.targets.size * math.log2(vocabulary.VOCABULARY_SIZE) / notes, rel=1e-4)
    assert bits_per_note(network, []) == math.inf
