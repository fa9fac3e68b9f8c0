"""From a folder of recordings to a file that dreams like them."""

from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile

from composer.audio.mu_law import SAMPLE_RATE
from composer.errors import RequestError
from composer.raw_audio.network import load
from training.raw_audio import fit, fitting
from training.raw_audio.fit import RawAudioPlan, fit_raw_audio
from training.raw_audio.linear_prediction import bits_per_sample
from training.raw_audio.networks import RawAudioSizes, build_network
from training.raw_audio.recordings import read_recordings

SMALL = fitting.Chunks(batch=4, length=64, lead=32, rate=1e-2, compiled=False)
TIMES = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
TONE = 0.5 * np.sin(2 * np.pi * 220 * TIMES)


@pytest.fixture
def folder(tmp_path):
    """Three recordings: of other rates, channels and formats, and one that is none."""
    source = tmp_path / "mine" / "more"
    source.mkdir(parents=True)
    soundfile.write(source / "a.wav", np.column_stack([TONE, TONE]), SAMPLE_RATE)
    soundfile.write(source / "b.flac", TONE, 2 * SAMPLE_RATE)
    soundfile.write(source / "c.mp3", TONE, SAMPLE_RATE)
    (source / "d.wav").write_bytes(b"no sound")
    (source / "e.txt").write_text("no recording")
    (source / "f.wav").mkdir()
    return tmp_path / "mine"


def test_recordings_of_any_format_are_read_and_one_is_held_out(folder):
    found = read_recordings(folder)

    assert [len(levels) / SAMPLE_RATE for levels in found.train] == pytest.approx([2, 1], abs=0.1)
    assert len(found.held_out) == 1
    assert found.seconds == 3


def test_the_end_of_a_lone_recording_is_held_out(tmp_path):
    soundfile.write(tmp_path / "a.wav", TONE, SAMPLE_RATE)

    found = read_recordings(tmp_path)

    assert len(found.train[0]) == 7 * len(found.held_out[0])


def test_a_folder_without_recordings_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(RequestError, match=r"no recording in .*; name a folder of wav, flac, mp3"):
        read_recordings(tmp_path)
    soundfile.write(tmp_path / "a.wav", TONE[:1000], SAMPLE_RATE)
    with pytest.raises(RequestError, match="holds no recording of a second or more; put some of wav, flac, mp3"):
        read_recordings(tmp_path)


def test_a_network_is_trained_measured_and_written_and_its_training_goes_on(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(fit, "MEASURED", 200)
    steps = iter(range(1, 1000))
    monkeypatch.setattr("time.monotonic", lambda: next(steps))
    small = RawAudioSizes(width=4, head=8)

    def run(minutes):
        plan = RawAudioPlan(kind="lstm", minutes=minutes, chunks=SMALL)
        out = tmp_path / "rain.raw.onnx"
        return fit_raw_audio(folder, out, plan, folder=tmp_path / "run", network=build_network("lstm", small)), out

    first, _ = run(0.1)
    card, out = run(0.2)

    assert load(out).card == card
    assert (card.kind, card.seconds, first.samples) == ("lstm", 3, 6 * 4 * 64)
    assert card.samples == 2 * first.samples
    assert json.loads((tmp_path / "run" / fitting.RECORD).read_text())["steps"] == 12
    assert 0 < card.linear_bits < 8
    assert card.bits_per_sample < 9


def test_linear_prediction_finds_a_tone_cheap_and_noise_dear():
    noise = np.random.default_rng(0).integers(0, 256, 4000).astype(np.uint8)
    tone = (128 + 100 * TONE[:4000]).astype(np.uint8)

    assert bits_per_sample(noise) == pytest.approx(8, abs=1.5)
    assert bits_per_sample(tone) < bits_per_sample(noise) - 2
