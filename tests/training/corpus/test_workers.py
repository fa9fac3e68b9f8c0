from __future__ import annotations

import os
import time

import pytest

from training.corpus.workers import TOO_LARGE, Failure, work_in_processes


def doubled(number: int) -> int:
    if number == 13:
        os._exit(1)
    if number == 99:
        time.sleep(600)
    return 2 * number


def length_of_zeros(length: int) -> int:
    return len(bytearray(length))


@pytest.mark.parametrize("workers", [1, 3])
def test_every_item_has_its_answer(workers: int) -> None:
    found = dict(work_in_processes(doubled, range(10), workers=workers, seconds=60))

    assert found == {number: 2 * number for number in range(10)}


def test_item_that_kills_its_process_costs_only_its_own_answer() -> None:
    found = dict(work_in_processes(doubled, [1, 13, 2, 13], workers=1, seconds=60))

    assert found == {
        0: 2,
        1: Failure("ended the process that read it"),
        2: 4,
        3: Failure("ended the process that read it"),
    }


def test_item_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.corpus.workers._START_SECONDS", 20.0)

    found = dict(work_in_processes(doubled, [1, 99, 2], workers=1, seconds=0.5))

    assert found == {0: 2, 1: Failure("took longer than 0.5 s"), 2: 4}


def test_item_that_takes_too_much_memory_costs_only_its_own_answer() -> None:
    found = dict(work_in_processes(length_of_zeros, [2**20, 2**33, 2**10], workers=1, seconds=60))

    assert found == {0: 2**20, 1: Failure(TOO_LARGE), 2: 2**10}


def test_without_items_no_process_is_started() -> None:
    assert list(work_in_processes(doubled, [], workers=4, seconds=1)) == []
