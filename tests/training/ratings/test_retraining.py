from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from composer.compose import compose
from composer.decoding.network_engine import NetworkEngine
from composer.errors import ModelError, OutputError, RequestError
from composer.models import loading
from composer.models.card import changed
from composer.training_contract import REPORT_FILE
from tests.training.ratings import listening
from training.__main__ import main
from training.evaluation import copy_check, fixture
from training.ratings import gate
from training.ratings.gate import GateFigures, TrialResult
from training.ratings.job import RetrainingJob, part_pieces
from training.ratings.ratings_file import HeardBattle
from training.ratings.retraining import find_battles, retrain
from training.ratings.trial import Trial

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models.loading import Model
    from training.ratings.ratings_file import RatingsFile

TRIAL = Trial(pieces=24, seconds=listening.SECONDS, candidates=1)
GOOD = GateFigures(bits_per_note=5.0, diversity=0.9, grammar=1.0, length=1.0, cadence=1.0, copies=0)


@pytest.fixture
def job(small: Model, ratings: RatingsFile, tmp_path: Path) -> RetrainingJob:
    return RetrainingJob(rated=ratings, model=small.path, out=tmp_path, minutes=5, trial=TRIAL)


def test_who_likes_minor_gets_more_of_it(job: RetrainingJob):
    report = retrain(job)

    assert report["accepted"], report
    assert report["after"]["expected_rating"] > report["before"]["expected_rating"] + 0.05
    assert report["file"] is not None
    card = loading.load(job.out / report["file"]).card
    assert (card.identity.version, card.identity.parent) == (2, 1)
    assert card.choosing.preferences.minor > 0.5
    assert json.loads((job.out / REPORT_FILE).read_text()) == report
    assert hashlib.sha256((job.out / report["file"]).read_bytes()).hexdigest() == report["sha256"]


def by_lot(ratings: RatingsFile) -> RatingsFile:
    """The same pieces, liked more or less whatever they are."""
    lots = listening.rng().integers(1, 10, len(ratings.pieces)).tolist()
    pieces = (
        replace(one, liked=lot, disliked=10 - lot, votes=tuple(listening.ballots(lot)))
        for one, lot in zip(ratings.pieces, lots, strict=True)
    )
    return replace(ratings, pieces=tuple(pieces))


def test_battles_that_nothing_may_be_learned_from_are_left_out(small: Model, ratings: RatingsFile):
    one, other, held = ratings.pieces[:3]
    battles = (
        HeardBattle((one, other), -1.0),
        HeardBattle((one, other), 0.0),
        HeardBattle((one, held), 1.0),
        HeardBattle((one, replace(other, style="polka")), 1.0),
    )

    assert find_battles(replace(ratings, battles=battles), [held], small.card) == [(other, one)]


def test_votes_by_lot_change_nothing_that_goes_live(job: RetrainingJob, ratings: RatingsFile):
    report = retrain(replace(job, rated=by_lot(ratings)))

    assert not report["accepted"]


def test_without_time_there_is_no_candidate(job: RetrainingJob):
    report = retrain(replace(job, minutes=1e-4))

    assert (report["accepted"], report["reason"], report["file"]) == (False, "no-time", None)
    assert [path.name for path in job.out.iterdir()] == [REPORT_FILE]


def test_a_busy_machine_tries_fewer_pieces(job: RetrainingJob, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gate, "TRIAL_SHARE", 0.0)
    composed: list[str] = []

    report = retrain(job, tell=lambda stage, *_: composed.append(stage))

    assert composed.count("gate") == 2 * 16
    assert report["detail"]["tried"] == 16


@pytest.mark.parametrize(("fewest", "says"), [((61, 5), "60 pieces were rated"), ((50, 13), "by 12 people")])
def test_too_few_ratings_are_refused_with_their_number(job: RetrainingJob, fewest: tuple[int, int], says: str):
    with pytest.raises(RequestError, match=says):
        replace(job, fewest=fewest)


def test_a_model_that_is_no_network_is_refused(job: RetrainingJob, tmp_path: Path):
    other = tmp_path / "rules-v1.onnx"
    other.write_bytes(b"no model")

    with pytest.raises(ModelError):
        retrain(replace(job, model=other))


def test_a_file_that_is_called_after_another_model_is_refused(job: RetrainingJob, tmp_path: Path):
    swapped = tmp_path / "lstm-v3.onnx"
    swapped.write_bytes(job.model.read_bytes())

    with pytest.raises(ModelError, match=r"lstm-v3\.onnx holds wavenet@1"):
        retrain(replace(job, model=swapped))


def test_a_file_that_is_swapped_meanwhile_is_noticed(job: RetrainingJob, tmp_path: Path):
    model = tmp_path / "wavenet-v1.onnx"
    model.write_bytes(job.model.read_bytes())

    def swap(stage: str, *_: object) -> None:
        if stage == "ranking":
            model.write_bytes(b"another")

    with pytest.raises(ModelError, match="was changed while it was learned from"):
        retrain(replace(job, model=model, out=tmp_path / "out"), tell=swap)

    assert not list((tmp_path / "out").iterdir())


def test_what_an_earlier_run_reported_is_gone_when_one_fails(job: RetrainingJob, tmp_path: Path):
    (tmp_path / REPORT_FILE).write_text("{}")

    with pytest.raises(ModelError):
        retrain(replace(job, model=tmp_path / "none-v1.onnx"))

    assert not (tmp_path / REPORT_FILE).exists()


def test_where_nothing_can_be_written_it_says_so(job: RetrainingJob, tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(OutputError):
        retrain(replace(job, out=tmp_path / "file"))


def test_pieces_of_a_family_are_never_parted(ratings: RatingsFile):
    chained = tuple(
        replace(piece, another_of=piece.number - 1 if piece.number % 3 != 1 else None) for piece in ratings.pieces
    )

    learn, held = part_pieces(chained, seed=1)

    threes = [{(piece.number - 1) // 3 for piece in part} for part in (learn, held)]
    assert len(learn) + len(held) == len(chained)
    assert 0 < len(held) < len(learn)
    assert not threes[0] & threes[1]


def test_versions_are_tried_in_the_styles_that_were_rated(small: Model):
    card = changed(small.card, styles=("piano", "song"))
    heard = ["song"] * 16 + ["romantic"] * 3 + ["choir"]

    requests = Trial(pieces=20).in_styles_of(heard, card).requests()

    assert [request.style for request in requests].count("song") == 16
    assert {request.style for request in requests} == {"song", "piano"}
    assert Trial(styles=("song",)).in_styles_of(["piano"], card).styles == ("song",)


def test_a_version_is_measured_under_the_rating_that_it_is_asked_for():
    (entry, *_) = fixture.load().entries

    assert gate.under_rating(entry, 3).classes == (*entry.classes[:-1], 3)
    assert gate.under_rating(entry, 0) == entry


@pytest.mark.parametrize(
    ("worse", "reason"),
    [
        ({"bits_per_note": 5.06}, "forgot"),
        ({"bits_per_note": float("nan")}, "forgot"),
        ({"grammar": 0.98}, "grammar"),
        ({"length": 0.98}, "length"),
        ({"cadence": 0.9}, "cadence"),
        ({"copies": 1}, "copies"),
        ({"diversity": 0.85}, "uniform"),
    ],
)
def test_a_version_that_fails_a_check_is_refused_for_it(worse: dict[str, Any], reason: str):
    assert gate.find_failure(GOOD, replace(GOOD, **worse)) == reason


def test_rated_pieces_that_come_back_note_for_note_are_copies(small: Model):
    request = replace(TRIAL.in_styles_of(["piano"], small.card).requests()[0], seconds=40)
    piece = compose(request, NetworkEngine(small))
    runs = copy_check.bar_runs(piece.tokens, piece.plan.metre)

    tried = gate.count_more_copies(TrialResult((piece,), GOOD), np.unique(runs))

    assert tried.figures.copies == len(runs) > 0


def test_small_losses_are_allowed():
    assert gate.find_failure(GOOD, replace(GOOD, bits_per_note=5.04, diversity=0.86, cadence=0.96)) is None


def test_the_command_tells_programs_line_by_line(
    small: Model, rows: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = listening.write(tmp_path / "rated.jsonl", rows)
    words = ["--ratings", str(file), "--model", str(small.path), "--out", str(tmp_path)]

    status = main(["retrain", *words, "--trial", "2", "--version", "101", "--progress"])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert status == 0
    assert {line["event"] for line in lines[:-1]} == {"progress"}
    assert lines[-1]["event"] == "report"
    assert lines[-1]["version"] == 101
    assert json.loads((tmp_path / REPORT_FILE).read_text()) == {k: v for k, v in lines[-1].items() if k != "event"}


def test_the_command_says_in_a_sentence_what_is_wrong(small: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    words = ["--ratings", str(tmp_path / "none.jsonl"), "--model", str(small.path), "--out", str(tmp_path)]

    status = main(["retrain", *words])

    assert status == 2
    assert "name a file that the bot exported" in capsys.readouterr().err
