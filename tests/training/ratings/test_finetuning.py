from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from composer.errors import ModelError, OutputError, RequestError
from composer.models import loading
from composer.models.card import changed
from composer.models.identity import Source
from composer.parsing import parse_metre
from composer.training_contract import REPORT_FILE
from tests.composer import handmade
from tests.training.corpora import make_set, small_dataset
from tests.training.ratings import listening
from training.__main__ import main
from training.corpus.sources import UNTABLED
from training.evaluation import copy_check
from training.export import model_file
from training.ratings import candidate
from training.ratings.finetuning import finetune
from training.ratings.job import FinetuningJob
from training.ratings.trial import Trial

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models.loading import Model
    from training.corpus.dataset import CorpusEntry

SPLITS = {**{f"{name}.mid": "train" for name in "abcd"}, "e.mid": "valid"}


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return listening.small_model(tmp_path_factory.mktemp("weights"), "salon")


@pytest.fixture
def job(parent: Model, tmp_path: Path) -> FinetuningJob:
    trial = Trial(pieces=4, seconds=listening.SECONDS, candidates=1)
    data = small_dataset(tmp_path / "corpus", SPLITS)
    return FinetuningJob(corpus=data, model=parent.path, out=tmp_path / "out", minutes=0.5, trial=trial)


def test_a_model_that_was_finetuned_expects_held_out_music_better(job: FinetuningJob):
    report = finetune(job)

    assert report["detail"]["held_out_after"] < report["detail"]["held_out_before"]
    assert report["reason"] in {"better", "forgot", "uniform", "cadence"}, "whatever random weights forget"
    assert report["file"] is not None
    card = loading.load(job.out / report["file"]).card
    assert (card.identity.version, card.identity.parent, card.choosing.preferences.rating) == (2, 1, 0)
    assert card.identity.trained_on == (Source("polish-scores-piano", "CC0-1.0"),)
    assert json.loads((job.out / REPORT_FILE).read_text()) == report


def test_music_of_unknown_licence_leaves_the_weights_without_one(parent: Model, job: FinetuningJob):
    entries = tuple(replace(entry, collection="mine", licence=UNTABLED) for entry in job.corpus.entries)
    theirs = changed(parent.card, licence="CC BY 4.0", trained_on=(Source("open", "CC0-1.0"),))

    free = candidate.with_sources(theirs, job.corpus)
    unknown = candidate.with_sources(theirs, replace(job.corpus, entries=entries))

    assert free.identity.licence == "CC BY 4.0"
    assert unknown.identity.licence == ""
    assert unknown.identity.trained_on == (Source("open", "CC0-1.0"), Source("mine", "unknown"))


def test_what_is_played_from_the_corpus_by_heart_is_a_copy(job: FinetuningJob):
    data = job.corpus
    known = copy_check.learned_runs(data)
    learned, held_out = data.of("train")[0], data.of("valid")[0]

    def copies(entry: CorpusEntry) -> int:
        tokens = data.tokens[entry.start : entry.start + entry.length]
        return copy_check.copied_runs(tokens, parse_metre(entry.metre), known)

    assert copies(learned) > 0
    assert copies(held_out) == 0


def test_a_corpus_in_unknown_styles_is_refused_before_anything_is_composed(job: FinetuningJob):
    entries = tuple(replace(entry, style="choir") for entry in job.corpus.entries)
    foreign = replace(job, corpus=replace(job.corpus, entries=entries))
    told: list[str] = []

    with pytest.raises(RequestError, match="no held-out piece of the corpus is in a style that wavenet knows"):
        finetune(foreign, tell=lambda *one: told.append(one[0]))

    assert told == []


def test_without_time_there_is_no_candidate(job: FinetuningJob):
    report = finetune(replace(job, minutes=1e-4))

    assert (report["reason"], report["file"]) == ("no-time", None)


def test_what_is_no_network_cannot_be_trained(job: FinetuningJob, tmp_path: Path):
    echo = handmade.install(tmp_path)
    model_file.change_card(echo, styles=("piano", "salon"), profiles={"piano": {"density": (4.0, 1.0)}})

    with pytest.raises(ModelError, match="echo is no network that could be trained; retrain it on ratings instead"):
        finetune(replace(job, model=echo))


def test_without_room_to_export_it_says_where_there_is_none(
    job: FinetuningJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))

    with pytest.raises(OutputError, match=r"by way of .*gone: No such file or directory; free some space"):
        finetune(replace(job, trial=replace(job.trial, pieces=1)))


def test_a_corpus_of_which_nothing_is_held_out_is_refused(job: FinetuningJob, tmp_path: Path):
    data = small_dataset(tmp_path / "more", {"a.mid": "train", "b.mid": "train"})

    with pytest.raises(RequestError, match="too small"):
        replace(job, corpus=data)


def test_the_command_takes_a_folder_of_files(parent: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    make_set(tmp_path / "corpus", "polish-scores-piano", SPLITS)
    words = ["--corpus", str(tmp_path / "corpus"), "--model", str(parent.path), "--out", str(tmp_path / "out")]

    status = main(["finetune", *words, "--minutes", "0.2", "--trial", "2"])

    assert status == 0
    assert "wavenet@1: 4 pieces" in capsys.readouterr().out
