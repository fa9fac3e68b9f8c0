from __future__ import annotations

import logging
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.training.corpora import make_set, small_dataset
from tests.training.midi_files import two_hands, write
from training.__main__ import main
from training.corpus import dataset

if TYPE_CHECKING:
    from pathlib import Path


def test_prepare_writes_a_corpus_and_tells_what_became_of_the_files(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_set(tmp_path / "corpus", "openscore-lieder", {"a.mid": "train"})
    make_set(tmp_path / "corpus", "polish-scores-piano", {"b.mid": "train"})
    caplog.set_level(logging.INFO)

    status = main(["prepare", "--corpus", str(tmp_path / "corpus"), "--out", str(tmp_path / "out"), "--workers", "1"])

    assert status == 0
    assert [entry.name for entry in dataset.load(tmp_path / "out").entries] == ["polish-scores-piano/b.mid"]
    report = [" ".join(line.split()) for line in caplog.messages]
    assert report[:2] == ["openscore-lieder 1 not one voice and piano", "polish-scores-piano 1 taken"]
    assert report[2].startswith("train 1 sections")
    assert (tmp_path / "out" / "verdicts.tsv").read_text("utf-8").splitlines() == [
        "openscore-lieder/a.mid\tnot one voice and piano",
        "polish-scores-piano/b.mid\ttaken",
    ]


def test_prepare_names_every_file_where_none_could_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "corpus" / "short.mid", two_hands(2))
    (tmp_path / "corpus" / "score.mscz").write_bytes(b"PK")

    status = main(["prepare", "--corpus", str(tmp_path / "corpus"), "--out", str(tmp_path / "out"), "--workers", "1"])

    report = tmp_path / "out" / "verdicts.tsv"
    assert status == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(f"what became of each file stands in {report}")
    assert report.read_text("utf-8").splitlines() == [
        "corpus/score.mscz\ta MuseScore file: export it as MusicXML",
        "corpus/short.mid\tfewer than 32 notes",
    ]


def test_fit_trains_on_what_prepare_wrote(tmp_path: Path) -> None:
    make_set(tmp_path / "corpus", "polish-scores-piano", {f"{name}.mid": "train" for name in "abcdef"}, bars=16)
    folders = {name: str(tmp_path / name) for name in ("corpus", "out", "run")}
    sizes = ["--size", "width=8", "stacks=1", "depth=1", "--weight", "polish-scores-piano=0.5"]

    statuses = [
        main(["prepare", "--corpus", folders["corpus"], "--out", folders["out"], "--workers", "1"]),
        main(["fit", "--data", folders["out"], "--run", folders["run"], "--tokens", "1e3", "--batch", "1", *sizes]),
    ]

    assert statuses == [0, 0]
    assert (tmp_path / "run" / "best.npz").is_file()


def test_describe_writes_a_page_and_its_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset.save(small_dataset(tmp_path / "corpus"), tmp_path / "data")

    status = main(["describe", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")])

    assert status == 0
    assert (tmp_path / "out" / "corpus.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "out" / "chords.png").is_file()
    assert capsys.readouterr().out.splitlines()[0].split() == ["sections", "4"]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["prepare", "--corpus", "nowhere"], 2, "no corpus at nowhere; name a folder"),
        (["describe", "--data", "nowhere"], 1, "no prepared corpus in nowhere; run: "),
        (["fit-grooves", "--data", "nowhere"], 2, "no info.csv in nowhere; name the folder of the Groove MIDI Dataset"),
        (["compare-playing", "--rolls", "no", "--from", "."], 2, "no pieces.tsv in no; name the folder of the piano"),
        (["fit-pianist", "--rolls", "no"], 2, "no pieces.tsv in no; name the folder of the piano rolls"),
        (["fit", "--data", "nowhere"], 1, "no prepared corpus in nowhere; run: "),
        (["fit", "--architecture", "wavnet"], 2, "no architecture 'wavnet'; there are wavenet, lstm"),
        (["fit", "--size", "girth=3"], 2, "girth"),
        (["fit", "--minutes", "0"], 2, "minutes"),
        (["evaluate", "--model", "stochastic@1"], 2, "`stochastic` is no network, so there is nothing to train or"),
    ],
)
def test_mistake_gets_one_sentence_and_its_status(
    arguments: list[str], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == status

    lines = capsys.readouterr().err.splitlines()
    assert sentence in lines[-1]


def test_check_grammar_counts_faults_and_moves(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-grammar", "--pieces", "2", "--length", "20"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[::3]] == ["piano", "quartet", "choir"]
    assert lines[1] == "  parallel fifths or octaves: 0, leading note unresolved: 0, phrase without its cadence: 0"
    assert lines[2].startswith("  melody: step ")


@pytest.mark.parametrize("option", [["--size", "width"], ["--weight", "a=b"], ["--tokens", "many"]])
def test_option_that_is_no_number_is_refused(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["fit", *option])

    said = capsys.readouterr().err
    assert option[1] in said
    assert "invalid" not in said


WITHOUT_THE_EXTRA = """
import importlib.abc, re, sys
from importlib.metadata import packages_distributions
from pathlib import Path

def locked(name):
    return set(re.findall(r"^([a-z0-9-]+)==", Path("requirements", f"{name}.txt").read_text("utf-8"), re.MULTILINE))

extra = locked("training") - locked("base")
modules = {
    module
    for module, owners in packages_distributions().items()
    if all(re.sub(r"[-_.]+", "-", owner).lower() in extra for owner in owners)
}
assert {"keras", "tf2onnx"} <= modules

class Uninstalled(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in modules:
            raise ModuleNotFoundError(name=name)

sys.meta_path.insert(0, Uninstalled())
from training.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def without_the_extra(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as after the base set-up."""
    command = [sys.executable, "-c", WITHOUT_THE_EXTRA, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_help_needs_no_training_extra() -> None:
    done = without_the_extra("--help")

    assert done.returncode == 0
    assert "simulate-raters" in done.stdout


def test_what_the_training_extra_is_missing_for_is_told_in_one_sentence() -> None:
    done = without_the_extra("fit")

    assert done.returncode == 1
    assert done.stderr.startswith("keras is not installed; run scripts/test, which installs the training extra")
    assert done.stderr.count("\n") == 1
