from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from composer import models
from composer.errors import RequestError
from tests.training.corpora import make_set, small_dataset
from tests.training.ratings import listening
from training.__main__ import main
from training.ratings.gate import Trial
from training.ratings.own_music import Practice, practise
from training.ratings.retraining import REPORT

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models import Model

SPLITS = {**{f"{name}.mid": "train" for name in "abcd"}, "e.mid": "valid"}


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return listening.small_model(tmp_path_factory.mktemp("weights"), "salon")


@pytest.fixture
def practice(parent: Model, tmp_path: Path) -> Practice:
    trial = Trial(pieces=4, seconds=listening.SECONDS, candidates=1)
    data = small_dataset(tmp_path / "corpus", SPLITS)
    return Practice(corpus=data, model=parent.path, out=tmp_path / "out", minutes=0.5, trial=trial)


def test_a_model_that_practised_expects_held_out_music_better(practice: Practice):
    report = practise(practice)

    assert report["detail"]["held_out_after"] < report["detail"]["held_out_before"]
    assert report["reason"] in {"better", "forgot", "uniform", "cadence"}, "whatever random weights forget"
    card = models.load(practice.out / report["file"]).card
    assert (card.version, card.parent, card.leanings.rating) == (2, 1, 0)
    assert json.loads((practice.out / REPORT).read_text()) == report


def test_without_time_there_is_no_candidate(practice: Practice):
    report = practise(replace(practice, minutes=1e-4))

    assert (report["reason"], report["file"]) == ("no-time", None)


def test_a_corpus_of_which_nothing_is_held_out_is_refused(practice: Practice, tmp_path: Path):
    data = small_dataset(tmp_path / "more", {"a.mid": "train", "b.mid": "train"})

    with pytest.raises(RequestError, match="too small"):
        replace(practice, corpus=data)


def test_the_command_takes_a_folder_of_files(parent: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    make_set(tmp_path / "corpus", "polish-scores-piano", SPLITS)
    words = ["--corpus", str(tmp_path / "corpus"), "--model", str(parent.path), "--out", str(tmp_path / "out")]

    status = main(["finetune", *words, "--minutes", "0.2", "--trial", "2"])

    assert status == 0
    assert "wavenet@1: 4 pieces" in capsys.readouterr().out
