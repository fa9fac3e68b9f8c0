"""Pieces that are sound: from an engine to files, and from each file to the same piece."""

from __future__ import annotations

import json
from io import BytesIO

import numpy as np
import pytest
import soundfile

from composer import __main__ as command
from composer.compose import compose
from composer.engine import Cancelled
from composer.request import Request
from tests.composer.hum import HERTZ, Hum


@pytest.fixture
def compose_in(built_in, tmp_path):
    """Runs `compose --model hum` and gives the files by suffix."""
    built_in["hum"] = Hum()

    def run(*arguments: str, out: str = "out"):
        assert command.main(["compose", "--model", "hum", *arguments, "--out", str(tmp_path / out)]) == 0
        return {path.suffix: path.read_bytes() for path in (tmp_path / out).iterdir()}

    return run


def test_mp3_and_spectrogram_come_in_place_of_midi_and_roll(compose_in):
    files = compose_in("--length", "6")

    assert set(files) == {".wav", ".mp3", ".png", ".json"}
    sound, rate = soundfile.read(BytesIO(files[".mp3"]))
    assert len(sound) / rate == pytest.approx(6, abs=0.1)
    spectrum = np.abs(np.fft.rfft(sound[rate : 3 * rate, 0]))
    assert spectrum.argmax() / 2 == pytest.approx(HERTZ, abs=1)
    record = json.loads(files[".json"])
    assert record["settings"] == {"length": 6, "model": "hum@1", "seed": record["settings"]["seed"], "style": "piano"}
    assert "notes" not in record
    assert record["measures"] == {}


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".json"])
def test_each_of_its_files_repeats_it_byte_for_byte(compose_in, tmp_path, suffix):
    files = compose_in("--length", "5")

    again = compose_in("--repeat", str(tmp_path / "out" / f"piece{suffix}"), out="again")

    assert again[".wav"] == files[".wav"]
    assert again[".mp3"] == files[".mp3"]


def test_a_length_that_nobody_names_is_one_that_it_can_make(compose_in):
    assert json.loads(compose_in()[".json"])["settings"]["length"] == 15


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--length", "60"], "hum lasts 5 to 15 s, not 60; ask for such a length, or choose another model"),
        (["--key", "C"], "hum cannot be told the key; leave it out, or choose another model"),
        (["--instrument", "violin"], "hum cannot be told the instrument; leave it out, or choose another model"),
        (["--notation"], "hum writes no notes; leave --notation out, or choose another model"),
        (["--score"], "hum writes no notes; leave --score out, or choose another model"),
        (["--roman"], "hum knows no Roman numerals; leave --roman out, or choose grammar"),
    ],
)
def test_what_it_cannot_do_is_refused_in_a_sentence(built_in, capsys, tmp_path, arguments, told):
    built_in["hum"] = Hum()

    assert command.main(["compose", "--model", "hum", *arguments, "--out", str(tmp_path)]) == 2

    assert capsys.readouterr().err.strip() == told


@pytest.mark.parametrize("content", [b"", b"ID3", b"{", b'{"a": 1}', b"RIFF1234WAVE", b"ID3\x04\0\0\0\0\0\x10COMM"])
def test_what_repeats_nothing_is_refused_in_a_sentence(capsys, tmp_path, content):
    (tmp_path / "piece").write_bytes(content)

    assert command.main(["compose", "--repeat", str(tmp_path / "piece"), "--out", str(tmp_path)]) == 2

    assert "name a MIDI, WAV, MP3 or JSON file that Cadenza wrote" in capsys.readouterr().err


def test_files_of_another_piece_do_not_stay_beside_it(compose_in, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "piece.mid").write_bytes(b"of before")
    (tmp_path / "out" / "mine.mid").write_bytes(b"mine")

    files = sorted(compose_in("--length", "5")) and sorted(path.name for path in (tmp_path / "out").iterdir())

    assert files == ["mine.mid", "piece.json", "piece.mp3", "piece.png", "piece.wav"]


def test_what_progress_raises_ends_it():
    def stop(_bar: int, _bars: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        compose(Request(model="hum", seconds=5), Hum(), progress=stop)
