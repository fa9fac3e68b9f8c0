from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.models import loading
from composer.models.runner import ModelRunner
from tests.composer import handmade

if TYPE_CHECKING:
    from composer.models.loading import Model

NO_FEATURES = np.zeros((1, handmade.FEATURE_WIDTH), np.float32)


def echo(delay: int) -> Model:
    return loading.from_bytes(handmade.file_bytes(*handmade.echo(delay)), path=Path("echo.onnx"))


def memory(window: int) -> Model:
    return loading.from_bytes(handmade.file_bytes(*handmade.memory(window)), path=Path("memory.onnx"))


def read(decoder: ModelRunner, tokens: list[int]) -> list[float]:
    """The logit after each token, of a batch of one."""
    return [decoder.step(np.array([token], np.int32), NO_FEATURES).item() for token in tokens]


@pytest.mark.parametrize("delay", [1, 2, 5])
def test_a_delayed_state_comes_back_so_many_steps_later(delay: int) -> None:
    tokens = list(range(1, 14))

    answers = read(ModelRunner(echo(delay), 1), tokens)

    assert answers == [0] * delay + tokens[:-delay]


@pytest.mark.parametrize("window", [1, 5, 128, 129, 300])
def test_a_cache_holds_what_was_put_out_within_its_window(window: int) -> None:
    tokens = list(range(1, 400))

    answers = read(ModelRunner(memory(window), 1), tokens)

    assert answers == [sum(tokens[max(0, step - window) : step]) for step in range(len(tokens))]


@pytest.mark.parametrize("model", [echo(3), memory(140)], ids=["delay", "cache"])
def test_keep_takes_the_past_of_the_rows_along(model: Model) -> None:
    rows = np.arange(1, 5, dtype=np.int32)
    features = np.zeros((4, handmade.FEATURE_WIDTH), np.float32)
    decoder, untouched = ModelRunner(model, 4), ModelRunner(model, 4)
    for step in range(150):
        decoder.step(rows * step, features)
        untouched.step(rows * step, features)

    decoder.keep([3, 0, 0])

    expected = untouched.step(rows, features)[[3, 0, 0]]
    np.testing.assert_array_equal(decoder.step(rows[[3, 0, 0]], features[:3]), expected)
    assert decoder.batch == 3


def test_rows_of_a_batch_do_not_see_each_other() -> None:
    decoder, features = ModelRunner(echo(1), 2), np.zeros((2, handmade.FEATURE_WIDTH), np.float32)
    decoder.step(np.array([7, 8], np.int32), features)

    logits = decoder.step(np.array([0, 0], np.int32), features)

    np.testing.assert_array_equal(logits, [[7], [8]])


def test_decoders_of_one_model_run_side_by_side() -> None:
    model, tokens = echo(2), [list(range(start, start + 200)) for start in range(4)]

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda row: read(ModelRunner(model, 1), row), tokens))

    assert answers == [[0, 0, *row[:-2]] for row in tokens]


def test_an_empty_batch_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="batch"):
        ModelRunner(echo(1), 0)
