"""The command line as a person meets it: real model, real FluidSynth, real files."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import mido
import pytest
import soundfile
from PIL import Image

from composer.__main__ import _parser, _request, main
from composer.engines import find
from composer.models import loading
from tests.composer.drone import Drone

QUICK = ["--length", "8", "--seed", "1", "--candidates", "2"]


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_compose_writes_files_that_open(tmp_path):
    (tmp_path / "piece-page-9.png").write_bytes(b"of a longer piece")

    assert main(["compose", *QUICK, "--score", "--out", str(tmp_path)]) == 0

    names = {path.name for path in tmp_path.iterdir()}
    written = {f"piece.{suffix}" for suffix in ("mid", "mp3", "png", "json", "musicxml", "pdf")}
    assert names == {*written, "piece-page-1.png"}
    assert mido.MidiFile(tmp_path / "piece.mid").length == pytest.approx(8, abs=0.5)
    assert soundfile.info(tmp_path / "piece.mp3").duration == pytest.approx(8, abs=0.1)
    with Image.open(io.BytesIO((tmp_path / "piece.png").read_bytes())) as picture:
        assert picture.size == (1200, 400)
    record = json.loads((tmp_path / "piece.json").read_text("utf-8"))
    assert record["settings"]["seed"] == 1
    assert set(record["seconds_spent"]) == {"sample", "rank", "write", "render", "encode", "draw"}


def test_a_terminal_that_cannot_show_a_letter_costs_no_piece(tmp_path):
    command = [sys.executable, "-m", "composer", "compose", "--model", "dice", "--length", "5", "--out", str(tmp_path)]

    ended = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False)

    assert ended.returncode == 0
    assert b" ? " in ended.stdout


def test_a_piece_by_rules_is_explained(tmp_path, capsys):
    command = ["compose", *QUICK, "--model", "grammar", "--key", "C", "--roman", "--score", "--out", str(tmp_path)]

    assert main(command) == 0

    assert "chords of page 1: C: I" in capsys.readouterr().out

    record = json.loads((tmp_path / "piece.json").read_text("utf-8"))
    rules = {chord["rule"] for chord in record["derivation"]["chords"]}
    assert "t → I" in rules
    assert rules & {"d → V7", "d → V"}
    assert "<words" in (tmp_path / "piece.musicxml").read_text("utf-8")


def test_numerals_that_a_model_does_not_know_are_refused(tmp_path, capsys):
    assert main(["compose", "--length", "8", "--model", "dice", "--roman", "--out", str(tmp_path)]) == 2

    assert "dice knows no Roman numerals; leave --roman out, or choose grammar" in told(capsys)
    assert not list(tmp_path.iterdir())


def test_models_are_listed_with_what_people_choose_by(capsys):
    assert main(["models"]) == 0

    listed = capsys.readouterr().out
    for word in (
        "wavenet@",
        "MB",
        "bits per note",
        "licence",
        "trained on",
        "CC-BY-4.0",
        "audio-wavenet: wavenet with",
    ):
        assert word in listed


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--model", "wavnet"], "Did you mean `wavenet`?"),
        (["--model", "audio-wavnet"], "Did you mean `audio-wavenet`?"),
        (["--length", "900"], "length must be 5 to 300 seconds"),
        (["--key", "X"], "I don't know the key `X`"),
        (["--instrument", "pinao"], "Did you mean `piano`?"),
        (["--style", "polka"], "I don't know a style called `polka`"),
        (["--metre", "3/7"], "I don't know a metre called `3/7`"),
        (["--repeat", "nowhere.mid"], "cannot read nowhere.mid"),
        (["--seed", "-1"], "seed must be 0 to 9223372036854775807, not -1"),
        (["--models-folder", "nowhere"], "there is no folder nowhere; name one that exists"),
    ],
)
def test_a_mistake_in_the_request_is_answered_in_one_sentence(capsys, tmp_path, options, sentence):
    assert main(["compose", *QUICK, *options, "--out", str(tmp_path)]) == 2

    answer = told(capsys)
    assert sentence in answer
    assert answer.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [["compose", "--length", "long"], ["compose", "--lenght", "9"], ["compse"], []])
def test_a_misspelt_command_is_answered_in_one_sentence(capsys, arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)

    assert stop.value.code == 2
    assert told(capsys).count("\n") == 1


@pytest.mark.parametrize(
    ("option", "text", "expected"),
    [
        ("--seed", "abc", "`abc` is not a whole number from 0 to 9223372036854775807"),
        ("--length", "ten", "`ten` is not a number from 5 to 300 seconds, or minutes and seconds such as 1:30"),
        ("--tempo", "fast", "`fast` is not a number from 40 to 200 beats a minute"),
    ],
)
def test_what_is_no_number_is_told_with_the_range(capsys, option, text, expected):
    with pytest.raises(SystemExit, match="2"):
        main(["compose", option, text])

    assert told(capsys).startswith(f"argument {option}: {expected}; ")


@pytest.mark.parametrize("names", [["--style", "Quartet"], ["--instrument", "Violin"], ["--model", "DICE"]])
def test_names_are_read_in_any_case(names):
    request = _request(_parser().parse_args(["compose", *names]))

    find(request.model).check(request)


def test_the_help_lists_names(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["compose", "--help"])

    shown = " ".join(capsys.readouterr().out.split())
    for words in ("romantic, salon, song, quartet", "oboe, clarinet", "-m composer models`", "such as 1:30"):
        assert words in shown


def test_what_was_drawn_by_chance_and_what_was_missed_is_told(capsys, tmp_path):
    options = ["--length", "5", "--model", "grammar", "--candidates", "1", "--out", str(tmp_path)]

    main(["compose", *options, "--tempo", "40"])

    title, *lines = capsys.readouterr().out.splitlines()
    seed = title.rpartition(" ")[2]
    again = f"--repeat {tmp_path / 'piece.mid'}, or on this kind of processor the same options and --seed {seed}"
    assert lines[-5] == f"the same piece again: {again}"
    assert re.fullmatch(r"asked for 40 bpm, played \d+, so that it lasts 5 s", lines[-6])


def test_a_missing_soundfont_is_told_before_composing(capsys, tmp_path):
    assert main(["compose", *QUICK, "--soundfont", str(tmp_path / "no.sf2"), "--out", str(tmp_path / "out")]) == 1

    assert "soundfont" in told(capsys)
    assert not (tmp_path / "out").exists()


def test_a_missing_fluidsynth_is_told(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main(["compose", *QUICK, "--out", str(tmp_path / "out")]) == 1

    assert "apt-get install fluidsynth" in told(capsys)
    assert not (tmp_path / "out").exists()


def test_a_damaged_model_is_told(capsys, tmp_path):
    whole = loading.find("wavenet").path.read_bytes()
    (tmp_path / "wavenet-v1.onnx").write_bytes(whole[: len(whole) // 2])

    assert (
        main(
            ["compose", *QUICK, "--model", "wavenet", "--models-folder", str(tmp_path), "--out", str(tmp_path / "out")]
        )
        == 1
    )

    assert "wavenet-v1.onnx" in told(capsys)


def test_an_unwritable_folder_is_told_before_composing(capsys, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.delattr("composer.compose.compose")

    assert main(["compose", *QUICK, "--out", str(tmp_path / "file")]) == 1

    assert "choose another folder" in told(capsys)


def test_a_full_disk_is_told(capsys, tmp_path, monkeypatch):
    real_open = Path.open
    monkeypatch.setattr(
        Path,
        "open",
        lambda path, mode="r", *rest, **options: real_open(
            Path("/dev/full") if mode == "xb" else path, "wb" if mode == "xb" else mode, *rest, **options
        ),
    )

    assert main(["compose", *QUICK, "--out", str(tmp_path / "out")]) == 1

    assert "no space is left" in told(capsys)
    assert not list((tmp_path / "out").iterdir())


def test_ctrl_c_leaves_nothing_behind(tmp_path):
    out, temporary = tmp_path / "out", tmp_path / "temporary"
    temporary.mkdir()
    composing = subprocess.Popen(
        [sys.executable, "-m", "composer", "compose", "--length", "300", "--seed", "1", "--out", str(out)],
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        text=True,
    )
    with pytest.raises(subprocess.TimeoutExpired):
        composing.wait(timeout=3)

    composing.send_signal(signal.SIGINT)
    _, error = composing.communicate(timeout=20)

    assert composing.returncode == 130
    assert error.strip() == "stopped; nothing was written"
    assert not out.exists()
    assert not list(temporary.iterdir())


def test_a_pipe_sees_no_progress_bar(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "composer", "compose", *QUICK, "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr == ""
    assert "piece.mp3" in done.stdout


def test_a_terminal_sees_a_progress_bar(tmp_path):
    # This one does not say how large it is, as many that belong to a program.
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "composer", "compose", *QUICK, "--out", str(tmp_path)]
    os.set_blocking(ours, False)

    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, check=True)

    assert b"composing" in os.read(ours, 2**16)
    os.close(ours)
    os.close(theirs)


def test_help_needs_neither_model_nor_numpy():
    assert shutil.which("fluidsynth")
    code = "import sys; from composer.__main__ import _parser; _parser(); print('numpy' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_an_engine_without_a_file_is_listed_and_composes(capsys, tmp_path, built_in):
    built_in["drone"] = Drone()

    assert main(["models", "--models-folder", str(tmp_path)]) == 0
    assert main(["compose", "--model", "drone", "--length", "8", "--seed", "1", "--out", str(tmp_path)]) == 0

    assert capsys.readouterr().out.startswith("drone@1: held chord\n")
    assert json.loads((tmp_path / "piece.json").read_text("utf-8"))["settings"]["model"] == "drone@1"


def test_an_engine_that_proposes_no_piece_is_told_in_one_sentence(capsys, tmp_path, built_in, monkeypatch):
    built_in["drone"] = Drone()
    monkeypatch.setattr(Drone, "candidates", lambda *_: [])

    assert main(["compose", "--model", "drone", "--length", "8", "--out", str(tmp_path / "out")]) == 1

    assert told(capsys) == "drone@1 proposed no piece; choose another model\n"
    assert not (tmp_path / "out").exists()
