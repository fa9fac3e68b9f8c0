"""A few of the mutants that `python -m tests.benchmarks.fuzz` makes."""

from __future__ import annotations

from composer.reading.refusals import SENTENCES
from tests.benchmarks.fuzz import fuzz
from tests.benchmarks.mutants import seeds_in, sung_seeds


def test_mutants_are_understood_as_somebody_s_own_or_refused_with_a_reason() -> None:
    report = fuzz(seeds_in() | sung_seeds(), mutants=100, seed=7, workers=1, reader="given")

    assert report.faults == {}
    assert set(report.verdicts) <= {"taken", *SENTENCES}
    assert any(verdict.startswith("recording_") for verdict in report.verdicts)


def test_mutants_of_reported_files_are_read_or_refused() -> None:
    report = fuzz(seeds_in(), mutants=100, seed=7, workers=1)

    assert report.faults == {}
    assert report.verdicts["taken"] > 10
    assert report.largest < 300
