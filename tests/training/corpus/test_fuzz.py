"""A few of the mutants that `python -m tests.benchmarks.fuzz` makes."""

from __future__ import annotations

from tests.benchmarks.fuzz import fuzz


def test_mutants_of_reported_files_are_read_or_refused() -> None:
    report = fuzz(mutants=100, seed=7, workers=1)

    assert report.faults == {}
    assert report.verdicts["taken"] > 10
    assert report.largest < 300
