from __future__ import annotations

from composer import benchmark
from composer.benchmark import BenchmarkRow


def test_each_figure_is_printed_before_the_next_is_measured(capsys, monkeypatch):
    def measurements(*_):
        yield BenchmarkRow("start-up", 1, "s")
        assert capsys.readouterr().out.split() == ["start-up", "1.000", "s"]
        yield BenchmarkRow("memory", 2, "MB")

    monkeypatch.setattr(benchmark, "_measurements", measurements)

    benchmark.run("wavenet", soundfont=None, models_folder=None, json_file=None)

    assert capsys.readouterr().out.split() == ["memory", "2.000", "MB"]
