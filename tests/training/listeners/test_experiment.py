from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import Mock

import numpy as np
import pytest

from tests.training.ratings import listening
from training.__main__ import main
from training.listeners import approval, experiment, populations, table, tastes, voting
from training.listeners.experiment import Outcome, Setting
from training.ratings.retraining import retrain
from training.ratings.trial import Trial

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models.loading import Model
    from training.comparison.drawing import Drawn


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return listening.small_model(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    return Setting(
        pieces=60,
        after=40,
        seconds=5.0,
        minutes=5,
        folder=tmp_path_factory.mktemp("experiment"),
        trial=Trial(pieces=16, seconds=5.0, candidates=2),
    )


@pytest.fixture(scope="module")
def pieces(small: Model, setting: Setting) -> list[Drawn]:
    return experiment._draw_pieces(small.card, setting, 0, setting.pieces)  # noqa: SLF001 - what all populations hear first


@pytest.mark.parametrize("name", populations.POPULATIONS)
def test_every_population_finds_its_part_of_the_pieces_good_at_first(name: str, pieces: list[Drawn]):
    rng = listening.rng()
    listeners = populations.find_population(name).gathered(pieces, rng)

    shares = voting.approval_shares(listeners, voting.cast_votes(listeners, pieces, rng))

    assert len({listener.person for listener in listeners}) == len(listeners)
    assert 0.3 < shares.mean() < 0.65


def test_a_taste_and_its_opposite_disagree(pieces: list[Drawn]):
    one, other = (
        tastes.tune_taste(taste, pieces).chances(pieces) for taste in (tastes.WIDE_LEAPS, tastes.WIDE_LEAPS.opposite())
    )

    assert np.corrcoef(one, other)[0, 1] < -0.9


def test_camps_are_of_one_size_and_no_server_is_of_one_camp(pieces: list[Drawn]):
    listeners = populations.find_population("two-camps").gathered(pieces, listening.rng())

    camps = [listener.ear.taste.name for listener in listeners]
    assert len({camps.count(name) for name in camps}) == 1
    assert len({(listener.server, listener.ear.taste.name) for listener in listeners}) == 2 * populations.SERVERS


def test_a_taste_for_nothing_that_is_measured_is_refused():
    with pytest.raises(ValueError, match="wants some of"):
        tastes.Taste(name="loud", wants={"loudness": 1.0})


def test_what_two_models_make_of_one_request_is_held_against_each_other():
    before = listening.rng().random(100)

    same, better = (approval.approval_change(before, before + more, listening.rng()) for more in (0.0, 0.1))

    assert (same.mean, same.low, same.high) == (0, 0, 0)
    assert better.low == pytest.approx(0.1)


def test_an_interval_holds_its_mean_and_narrows_with_more_pieces():
    few, many = (approval.mean_approval(listening.rng().random(number), listening.rng()) for number in (20, 2000))

    assert few.low < few.mean < few.high
    assert many.high - many.low < (few.high - few.low) / 3


@pytest.fixture(scope="module")
def outcome(small: Model, setting: Setting) -> Outcome:
    return experiment.run_experiment(small.card, populations.find_population("slow-minor"), setting)[0]


def test_listeners_hear_more_of_what_they_like_after_a_round(outcome: Outcome, setting: Setting):
    assert outcome.change.mean > 0.05, outcome
    assert outcome.report["file"] == "wavenet-v2.onnx"
    assert (setting.folder / "slow-minor" / "1" / "report.json").is_file()


def test_a_rerun_says_the_same_and_learns_nothing_twice(outcome: Outcome, small: Model, setting: Setting):
    (again,) = experiment.run_experiment(small.card, populations.find_population("slow-minor"), setting)

    # The report among it, which tells how many seconds were learned for.
    assert again == outcome


def test_what_is_asked_otherwise_is_learned_anew(
    outcome: Outcome, small: Model, setting: Setting, monkeypatch: pytest.MonkeyPatch
):
    longer = replace(setting, minutes=setting.minutes + 1)
    spy = Mock(wraps=retrain)
    monkeypatch.setattr(experiment, "retrain", spy)

    (again,) = experiment.run_experiment(small.card, populations.find_population("slow-minor"), longer)

    spy.assert_called_once()
    assert again.change == outcome.change


def test_camps_that_disagree_are_told_one_by_one(small: Model, setting: Setting):
    (outcome,) = experiment.run_experiment(small.card, populations.find_population("two-camps"), setting)

    leaps, others = outcome.camps.values()
    assert (leaps[0] + others[0]) / 2 == pytest.approx(outcome.before.mean)
    assert (leaps[1] + others[1]) / 2 == pytest.approx(outcome.after.mean)
    assert [line.split(" | ")[0] for line in table.format_markdown([outcome]).splitlines()[3:]] == [
        "| of them: wide leaps", "| of them: not wide leaps",
    ]  # fmt: skip


def test_the_command_prints_a_row_for_each_round(small: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    words = [
        *("--model", str(small.path), "--tastes", "wide-leaps", "--pieces", "50", "--after", "4"),
        *("--seconds", "5", "--trial", "2", "--rounds", "2", "--workers", "1", "--minutes", "3"),
        *("--out", str(tmp_path / "out"), "--json", str(tmp_path / "told.json")),
    ]

    status = main(["simulate-raters", *words])

    printed = capsys.readouterr().out.splitlines()
    assert status == 0
    assert [line.split(" | ")[1] for line in printed[2:]] == ["1", "2"]
    told = json.loads((tmp_path / "told.json").read_text())
    assert [row["round"] for row in told] == [1, 2]
    assert table.format_markdown([]).count("\n") == 1


def test_a_taste_that_does_not_exist_is_refused(small: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    words = ["--model", str(small.path), "--out", str(tmp_path), "--tastes", "polka"]

    status = main(["simulate-raters", *words])

    assert status == 2
    assert "polka" in capsys.readouterr().err
