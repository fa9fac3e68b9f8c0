"""`python -m training fit-audio --kind raw`, which its parts are tested beside."""

from __future__ import annotations

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
        ["fit-audio", "--from", str(tmp_path), "--network", "lstm", "--minutes", "3", "--out", str(out)]
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

    done = command.main(["fit-audio", "--from", str(tmp_path / "empty"), "--out", str(tmp_path / "a.raw.onnx")])

    assert done == 2
    assert "holds no recording of a second or more" in capsys.readouterr().err
