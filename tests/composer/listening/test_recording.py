"""Recordings as people have them: every format, its bounds, and files that are none."""

from __future__ import annotations

import random
from io import BytesIO

import numpy as np
import pytest
import soundfile

from composer.errors import RequestError
from composer.listening import recording
from composer.listening.recording import Bounds, decode
from tests.composer.listening.sounds import FILES, record, strike

RATE = 16000
BOUNDS = Bounds(most_bytes=1_000_000, most_seconds=3)
TONE = strike([(0.0, 1.0, 69)], rate=48000, seconds=1)


def loudest_frequency(samples, rate):
    return np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples)


@pytest.mark.parametrize("kind", FILES)
def test_recording_of_every_format_is_heard(kind):
    samples = decode(record(TONE, rate=48000, kind=kind), rate=RATE, bounds=BOUNDS)

    assert len(samples) == pytest.approx(RATE, rel=0.05)
    assert loudest_frequency(samples, RATE) == pytest.approx(440, abs=2)


def test_channels_are_mixed_and_vorbis_is_heard():
    file = BytesIO()
    soundfile.write(file, np.stack([TONE, np.zeros_like(TONE)], axis=1), 48000, format="OGG", subtype="VORBIS")

    samples = decode(file.getvalue(), rate=RATE, bounds=BOUNDS)

    assert loudest_frequency(samples, RATE) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no recording that I can read"),
        (b"MThd" + bytes(40), "no recording that I can read"),
        (b"#EXTM3U\nhttp://127.0.0.1/\n" + bytes(40), "no recording that I can read"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(9), "no recording that I can read"),
        (record(np.zeros(16000), rate=16000), "silent; make it again, louder"),
        (record(np.ones(4 * 16000), rate=16000), "longer than 3 s; give a shorter one"),
        (record(np.ones(16000), rate=16000) + bytes(1_000_000), "more than 1 MB; give a shorter one"),
    ],
)
def test_what_cannot_be_heard_is_refused_in_a_sentence(data, says):
    with pytest.raises(RequestError, match=says) as refusal:
        decode(data, rate=RATE, bounds=BOUNDS)

    assert refusal.value.reason.startswith("recording_")


def test_samples_of_any_size_and_none_at_all_become_sound_that_networks_can_hear():
    samples = TONE.astype(np.float32).copy()
    samples[::4800] = [np.inf, -np.inf, np.nan, 1e30, 8.0] * 2
    files = [BytesIO(), BytesIO()]
    soundfile.write(files[0], samples, 48000, format="WAV", subtype="FLOAT")
    soundfile.write(files[1], 8 * TONE, 48000, format="WAV", subtype="FLOAT")

    strange, loud = (decode(file.getvalue(), rate=RATE, bounds=BOUNDS) for file in files)

    assert np.isfinite(strange).all()
    assert np.abs(strange).max() <= 1
    assert np.abs(loud).max() == 1
    assert loudest_frequency(loud, RATE) == pytest.approx(440, abs=2)


def test_damaged_recordings_are_heard_or_refused():
    draw = random.Random(1)
    whole = [record(TONE, rate=48000, kind=kind) for kind in FILES]
    for _ in range(80):
        data = bytearray(draw.choice(whole))
        for _ in range(draw.randint(1, 30)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            assert np.isfinite(decode(bytes(data[: draw.randint(20, len(data))]), rate=RATE, bounds=BOUNDS)).all()
        except RequestError:
            continue


def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(recording, "find_spec", lambda _: None)

    with pytest.raises(RequestError, match="pip install av swift-f0"):
        decode(record(TONE, rate=48000), rate=RATE, bounds=BOUNDS)


def test_music_in_other_files_is_no_recording():
    assert recording.is_recording(record(TONE, rate=48000, kind="mp3"))
    for beginning in (b"MThd", b"RIFF\0\0\0\0RMIDdata", "<?xml".encode("utf-16"), b"PK\x03\x04", b"X:1", b""):
        assert not recording.is_recording(beginning + bytes(8))
