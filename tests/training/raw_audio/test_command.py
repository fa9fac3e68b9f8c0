"""`python -m training fit-audio --kind raw`, which its parts are tested beside."""

from __future__ import annotations

import pytest

from composer.raw_audio.network import RawAudioCard
from training import __main__ as command
from training.raw_audio import fit

CARD = RawAudioCard(
    kind="lstm",
    block=256,
    parameters=5000,
    trained_on=(),
    seconds=60,
    samples=3_200_000,
    bits_per_sample=4.5,
    linear_bits=4.6,
    seed=1,
)


def test_it_tells_the_bits_of_a_sample_beside_the_linear_predictor_s(tmp_path, monkeypatch, capsys):
    out = tmp_path / "rain.raw.onnx"
    asked = []

    def fit_nothing(*given, folder):
        asked.append((given, folder))
        out.write_bytes(b"x" * 20_000)
        return CARD

    monkeypatch.setattr(fit, "fit_raw_audio", fit_nothing)

    done = command.main(
        [
            "fit-audio",
            "--kind",
            "raw",
            "--from",
            str(tmp_path),
            "--network",
            "lstm",
            "--minutes",
            "3",
            "--out",
            str(out),
        ]
    )

    ((source, _, plan), _) = asked[0]
    assert done == 0
    assert source == tmp_path
    assert (plan.kind, plan.minutes, plan.trained_on[0].name) == ("lstm", 3, tmp_path.name)
    assert capsys.readouterr().out == (
        f"{out}: 5000 parameters, 0.02 MB, 3.2 M samples of 60 s of sound; held out 4.500 bits a sample, "
        "the linear predictor 4.600\n"
    )


def test_a_folder_without_recordings_is_refused_in_a_sentence(tmp_path, capsys):
    (tmp_path / "empty").mkdir()

    done = command.main(
        ["fit-audio", "--kind", "raw", "--from", str(tmp_path / "empty"), "--out", str(tmp_path / "a.raw.onnx")]
    )

    assert done == 2
    assert "there is no recording in" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["rain.onnx", "My_rain.raw.onnx", ".raw.onnx", "audio-lstm-raw.raw.onnx"])
def test_a_file_under_whose_name_no_model_would_be_found_is_told_before_the_work(name, tmp_path, capsys):
    done = command.main(["fit-audio", "--kind", "raw", "--from", str(tmp_path), "--out", str(tmp_path / name)])

    assert done == 2
    assert "is no name under which a model is found" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "value"), [("--minutes", "0"), ("--minutes", "nan"), ("--width", "-1")])
def test_sizes_and_times_that_are_none_are_told_before_the_work(option, value, tmp_path, capsys):
    with pytest.raises(SystemExit):
        command.main(["fit-audio", "--from", str(tmp_path), "--out", str(tmp_path / "a.sound.onnx"), option, value])

    assert f"`{value}` is not above 0" in capsys.readouterr().err
