from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from composer.errors import MachineError, RequestError
from tests.training.polyphonic.tunes import write_set
from tests.training.small import SIZES
from training.__main__ import main
from training.fitting import checkpoint
from training.networks import registry
from training.polyphonic import recipes, record, report, runs
from training.polyphonic.record import Finished, RecordRow
from training.polyphonic.rolls import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Networks and budgets for a test, and the precision put back."""
    kinds = {name: replace(registry.load_kind(name), benchmark_sizes=SIZES[name]) for name in registry.NETWORKS}
    monkeypatch.setattr(registry, "load_kind", kinds.__getitem__)
    monkeypatch.setattr(recipes, "STEPS", dict.fromkeys(FILES, 3000))
    monkeypatch.setattr(recipes, "CHECKS", 1)
    policy = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(policy)


@pytest.fixture
def data(tmp_path: Path, rng: np.random.Generator) -> Path:
    write_set(tmp_path / "bench", FILES["jsb"], rng)
    return tmp_path / "bench"


def benchmark(data: Path, *options: str) -> int:
    out = data.parent / "runs"
    return main(["benchmark-polyphonic", "--data", str(data), "--out", str(out), "--precision", "float32", *options])


def done(seed: int, test: float) -> Finished:
    return Finished(seed=seed, parameters=1000, steps=5, seconds=60.0, decisions=9, valid=5.0, test=test)


def test_command_trains_measures_and_prints_the_table(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = benchmark(data, "--only", "wavenet:serialised:jsb", "--seeds", "2")

    assert status == 0
    row = record.read_record(data.parent / "runs")["wavenet:serialised:jsb"]
    assert row.seeds == [1, 2]
    assert row.ensemble is not None
    assert row.ensemble <= np.mean([run.test for run in row.runs]) + 1e-4
    table = capsys.readouterr().out
    assert "| TCN |  | jsb | 8.10 |" in table
    assert "| wavenet, ensemble of 2 | serialised | jsb |" in table
    assert "nottingham" not in table


def test_finished_runs_are_not_done_again(data: Path) -> None:
    benchmark(data, "--only", "lstm:independent:jsb", "--seeds", "1")
    before = (data.parent / "runs" / record.FINISHED).read_bytes()
    (data / FILES["jsb"]).unlink()

    status = benchmark(data, "--only", "lstm:independent:jsb", "--seeds", "1")

    assert status == 0
    assert (data.parent / "runs" / record.FINISHED).read_bytes() == before


def test_run_that_was_begun_goes_on(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = data.parent / "runs"
    monkeypatch.setattr(recipes, "STEPS", dict.fromkeys(FILES, 100))
    benchmark(data, "--only", "wavenet:serialised:jsb", "--seeds", "1")
    (out / record.FINISHED).unlink()
    monkeypatch.setattr(recipes, "STEPS", dict.fromkeys(FILES, 6000))

    benchmark(data, "--only", "wavenet:serialised:jsb", "--seeds", "1")

    run = checkpoint.read_run(out / "wavenet-serialised-jsb-1")
    assert len(run.history) == 2
    assert run.tokens >= 6000


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--only", "wavnet:serialised:jsb"], "Did you mean `wavenet`?"),
        (["--only", "wavenet:jsb"], "is not ARCHITECTURE:MODE:SET"),
        (["--only", "wavenet:serialised:jsb:nothing"], "an offer called `nothing`"),
        (["--sets", "jbs"], "Did you mean `jsb`?"),
        (["--seeds", "0"], "seeds must be at least 1"),
        (["--only", "wavenet:serialised:nottingham"], "no benchmark set at"),
    ],
)
def test_mistake_gets_one_sentence(
    data: Path, options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert benchmark(data, *options) == RequestError.exit_status

    assert sentence in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("content", ["{", "[]", '{"a": {"runs": [{"seed": 1}], "ensemble": null}}'])
def test_damaged_record_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / record.FINISHED).write_text(content, "utf-8")

    with pytest.raises(MachineError, match="is damaged"):
        record.read_record(tmp_path)


def test_record_survives_writing(tmp_path: Path) -> None:
    rows: dict[str, Any] = {"wavenet:serialised:jsb": RecordRow([done(1, 4.5), done(2, 4.7)], 4.4)}

    record.write_record(tmp_path, rows)

    assert record.read_record(tmp_path) == rows
    assert json.loads((tmp_path / record.FINISHED).read_text("utf-8"))["wavenet:serialised:jsb"]["ensemble"] == 4.4


def test_table_gives_mean_and_deviation() -> None:
    rows = {
        "wavenet:serialised:jsb": RecordRow([done(1, 4.5), done(2, 4.7)], 4.4),
        "wavenet:serialised:jsb:no-recall": RecordRow([done(1, 4.9)]),
    }

    lines = report.format_table(rows, ["jsb"]).splitlines()

    assert lines[-3].startswith("| wavenet | serialised | jsb | 4.600 ± 0.141 | 5.000 ± 0.000 | 2 | 1,000 | 60 |")
    assert lines[-2].startswith("| wavenet, ensemble of 2 | serialised | jsb | 4.400 |  | 2 | 2,000 | 120 |")
    assert lines[-1].startswith("| wavenet, no-recall | serialised | jsb | 4.900 | 5.000 | 1 |")


def test_lost_answers_of_a_finished_run_are_named(data: Path) -> None:
    benchmark(data, "--only", "wavenet:serialised:jsb", "--seeds", "1")
    entry = runs.entry_from("wavenet:serialised:jsb")
    path = entry.folder(data.parent / "runs", 1) / runs.TEST
    path.write_bytes(b"lost")

    with pytest.raises(MachineError, match="cannot be read"):
        runs.ensemble_nats(runs.prepare_set(data, entry), [path])
