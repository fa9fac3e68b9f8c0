"""The engines over samples, with a network that draws noise in no time."""

from __future__ import annotations

import numpy as np
import pytest

from composer.audio import recording
from composer.audio.mu_law import SAMPLE_RATE
from composer.compose import compose
from composer.engines import find, installed
from composer.errors import ModelError, RequestError
from composer.raw_audio import engine as engines
from composer.raw_audio import network
from composer.raw_audio.network import WARM_UP
from composer.request import Request


class Noise:
    """Draws levels that any seed has, and nothing like them before."""

    def dream(self, number, rng, progress):
        progress(number)
        return rng.integers(0, 256, number).astype(np.uint8)


@pytest.fixture(autouse=True)
def _noise(monkeypatch):
    monkeypatch.setattr(engines, "_network", lambda _path: Noise())


@pytest.mark.parametrize("engine", engines.RAW_AUDIO_ENGINES, ids=lambda engine: engine.identity.name)
def test_a_piece_is_as_long_as_asked_and_says_that_it_is_no_music(engine):
    composition = compose(Request(model=engine.identity.name, seconds=7.5, seed=3), engine)

    read = recording.read(composition.sound)
    assert read.seconds == 7.5
    assert read.settings == {"length": 7.5, "model": engine.identity.label, "seed": 3, "style": "piano"}
    assert (composition.midi, composition.score.notes, composition.measures) == (b"", (), {})
    assert composition.remark.startswith(f"Dreams sound, not music. {engine.kind} · ")


def test_what_is_drawn_in_the_first_silence_is_not_heard():
    request = Request(model="audio-lstm-raw", seconds=5)
    engine = engines.RAW_AUDIO_ENGINES[1]

    heard = recording.read(compose(request, engine).sound).levels

    drawn = np.random.default_rng(request.seed).integers(0, 256, WARM_UP + 5 * SAMPLE_RATE)
    assert heard.tolist() == drawn[WARM_UP:].tolist()


@pytest.mark.parametrize("seconds", [16, 300])
def test_a_length_that_it_cannot_make_is_refused_with_those_that_it_can(seconds):
    with pytest.raises(RequestError, match="lasts 5 to 15 s, not"):
        find("audio-wavenet-raw").check(Request(model="audio-wavenet-raw", seconds=seconds))


def test_a_network_of_one_s_own_composes_by_the_name_of_its_file(tmp_path):
    path = tmp_path / "rain.raw.onnx"
    path.write_bytes(engines.RAW_AUDIO_ENGINES[1].path.read_bytes())
    (tmp_path / "Not a name.raw.onnx").write_bytes(b"")
    (tmp_path / "damaged.raw.onnx").write_bytes(b"")

    found = find("rain", tmp_path)

    assert found.identity.architecture == engines.RAW_AUDIO_ENGINES[1].identity.architecture
    assert [engine.identity.label for engine in installed(tmp_path) if engine.identity.name in {"rain", "damaged"}] == [
        "rain@1"
    ]
    assert compose(Request(model="rain", seconds=5), found.load()).sound


def test_a_damaged_file_is_told_when_the_engine_is_loaded(tmp_path, monkeypatch, built_in):
    monkeypatch.setattr(engines, "_network", network.load)
    path = tmp_path / "wavenet.onnx"
    path.write_bytes(engines.RAW_AUDIO_ENGINES[0].path.read_bytes()[:-1000])
    built_in["audio-wavenet-raw"] = engines.RawAudioEngine(engines.RAW_AUDIO_ENGINES[0].identity, "WaveNet", path)

    with pytest.raises(ModelError, match="damaged"):
        find("audio-wavenet-raw").load()
