"""What workers can do is reckoned with, and told."""

from __future__ import annotations

from bot.domain.worker_line import WorkerLine, spell_lines
from bot.fleet.showing import mean_speeds, paces
from bot.monitoring.metrics import Metrics

FAST = WorkerLine(name="a", host="attic", threads=1, busy=1, speeds={"lstm": 0.1, "wavenet": 0.2})
SLOW = WorkerLine(name="b", host="cellar", threads=2, speeds={"lstm": 0.4})
NEW = WorkerLine(name="c", host="shed", threads=1)


def test_a_place_goes_by_how_fast_its_worker_was():
    assert mean_speeds([FAST, SLOW, NEW]) == {"lstm": 0.3, "wavenet": 0.2}
    assert [round(pace, 2) for pace in paces([FAST, SLOW, NEW])] == [0.67, 1.33, 1.33, 1.0]


def test_status_names_machines_as_long_as_they_fit():
    assert spell_lines([FAST, SLOW]) == "attic 1 / 1, cellar 0 / 2"
    assert spell_lines([FAST] * 13).endswith("attic 1 / 1, …")


def test_a_worker_that_is_gone_has_no_figures():
    metrics = Metrics()
    metrics.show_workers({"a": FAST, "b": SLOW})
    metrics.show_workers({"b": SLOW})

    assert b'cadenza_worker_places{worker="cellar/b"} 2.0' in metrics.text()
    assert b"attic" not in metrics.text()
