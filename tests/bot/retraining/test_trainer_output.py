"""Nothing that a trainer says can harm the bot."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.training_run import Progress, TrainingError
from bot.retraining import trainer_output

WELL = {"event": "progress", "stage": "finetune", "step": 3, "steps": 40, "loss": 1.5, "seconds_left": 600}
ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "1", "gate", [], {}, [1]])


def line(**changes):
    return json.dumps({**WELL, **changes}).encode()


HUGE = 10**400
"""More than fits into a floating-point number."""


def test_progress_is_read():
    assert trainer_output.progress(line()) == Progress("finetune", 3, 40, 1.5, 600.0)


@pytest.mark.parametrize("loss", [None, float("nan"), float("inf"), HUGE, "1"])
def test_a_loss_that_is_no_number_is_none(loss):
    assert trainer_output.progress(line(loss=loss)) == Progress("finetune", 3, 40, None, 600.0)


def test_more_steps_than_there_are_and_time_that_ran_out_are_set_right():
    assert trainer_output.progress(line(step=50, seconds_left=-3)) == Progress("finetune", 40, 40, 1.5, 0.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"step": HUGE},
        {"steps": HUGE},
        {"seconds_left": HUGE},
        {"seconds_left": float("inf")},
        {"stage": "dance"},
        {"step": -1},
        {"steps": 1.5},
        {"step": True},
        {"seconds_left": None},
        {"event": 1},
    ],
)
def test_what_is_no_progress_is_passed_over(changes):
    assert trainer_output.progress(line(**changes)) is None


@given(st.binary())
def test_any_bytes_are_progress_or_nothing(data):
    assert trainer_output.progress(data) is None


@given(st.dictionaries(st.sampled_from(sorted(WELL)), ANYTHING))
def test_any_values_are_progress_or_nothing(values):
    found = trainer_output.progress(json.dumps({**WELL, **values}).encode())

    assert found is None or 0 <= found.step <= found.steps


@given(st.lists(st.binary(max_size=50).map(lambda data: data.replace(b"\n", b"")), max_size=20), st.integers(1, 40))
def test_lines_are_found_wherever_the_stream_is_cut(whole, size):
    async def read():
        stream = asyncio.StreamReader()
        data = b"".join(each + b"\n" for each in whole)
        for start in range(0, len(data), size):
            stream.feed_data(data[start : start + size])
        stream.feed_eof()
        return [each async for each in trainer_output.lines(stream)]

    assert asyncio.run(read()) == whole


async def test_a_line_without_end_does_not_fill_the_memory():
    stream = asyncio.StreamReader(limit=1000)
    found = []

    async def read():
        async for each in trainer_output.lines(stream):
            found.append(each)  # noqa: PERF401 - what was found so far matters

    task = asyncio.create_task(read())
    for _ in range(100):
        stream.feed_data(b"9" * 50_000)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    stream.feed_data(b"\n" + line() + b"\n")
    stream.feed_eof()
    await task

    assert len(found) == 2
    assert len(found[0]) <= 200_000
    assert trainer_output.progress(found[0]) is None
    assert trainer_output.progress(found[1]) is not None


@pytest.mark.parametrize(("text", "said"), [("", ""), ("a\n\n b `c` \n\n", "b 'c'"), ("x" * 900, "x" * 300)])
def test_the_last_line_speaks_and_breaks_out_of_nothing(text, said):
    assert TrainingError("status", text).said == said
