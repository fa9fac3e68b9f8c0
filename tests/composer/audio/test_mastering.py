"""From MIDI to what is heard in the MP3."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from composer.audio.loudness import integrated_loudness, true_peak
from composer.audio.mastering import master
from composer.audio.mp3 import encode_mp3
from composer.audio.samples import SAMPLE_RATE
from composer.audio.synthesis import find_soundfont, synthesise
from tests.composer.sounds import decoded, noise, scale, sine


@pytest.mark.parametrize("velocity", [20, 80, 127])
def test_a_piece_is_heard_at_one_loudness_for_the_time_asked(velocity: int) -> None:
    samples = synthesise(scale(beats=8, velocity=velocity), soundfont=find_soundfont(), seconds=5)

    heard = decoded(encode_mp3(master(samples, seconds=5), title="Scale", comment="{}"))

    assert len(heard) / SAMPLE_RATE == pytest.approx(5, abs=0.05)
    assert integrated_loudness(heard) == pytest.approx(-16, abs=1)
    assert true_peak(heard) < -1


@pytest.mark.parametrize("seconds", [0.5, 2.0, 3.333, 8.0])
def test_the_length_is_exact_whatever_was_rendered(rng: np.random.Generator, seconds: float) -> None:
    pcm = master(noise(rng, seconds=3), seconds=seconds)[:]

    assert pcm.shape == (round(seconds * SAMPLE_RATE), 2)
    assert pcm.dtype == np.int16


def test_what_is_missing_is_silence(rng: np.random.Generator) -> None:
    pcm = master(noise(rng, seconds=2), seconds=4)[:]

    assert pcm[: 2 * SAMPLE_RATE].any()
    assert not pcm[2 * SAMPLE_RATE + SAMPLE_RATE // 10 :].any()


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (62, 64), (63, 126), (1000, 50_000), (80_000, 88_200)])
def test_a_stretch_is_what_the_whole_is_there(rng: np.random.Generator, start: int, stop: int) -> None:
    mastered = master(noise(rng, seconds=2), seconds=2)

    assert len(mastered) == 2 * SAMPLE_RATE
    assert np.array_equal(mastered[start:stop], mastered[:][start:stop])
    assert mastered[start:stop].any()


def test_the_end_fades_into_silence() -> None:
    pcm = master(sine(hertz=100, seconds=3), seconds=2)[:]

    levels = np.abs(pcm[-SAMPLE_RATE // 2 :, 0].astype(int)).reshape(10, -1).max(axis=-1)
    assert (levels[:3] == levels[0]).all()
    assert (np.diff(levels[4:]) < 0).all()
    assert not pcm[-1200:].any()


def test_loud_sound_is_rounded_without_wrapping() -> None:
    pcm = master(sine(hertz=100, seconds=2, level=30), seconds=2)[:]

    assert np.abs(np.diff(pcm[:, 0].astype(int))).max() < 500


def test_silence_stays_silence() -> None:
    pcm = master(np.zeros((SAMPLE_RATE, 2), np.float32), seconds=1)[:]

    assert not pcm.any()
    assert integrated_loudness(pcm.astype(np.float32)) == -inf


def test_nothing_too_slow_to_be_heard_is_left() -> None:
    tone = sine(hertz=55, seconds=4)

    plain, shifted = (master(sound, seconds=4)[SAMPLE_RATE:-SAMPLE_RATE].astype(float) for sound in (tone, tone + 0.05))

    assert abs(shifted.mean()) < 0.001 * np.abs(shifted).max()
    assert np.abs(shifted).max() == pytest.approx(np.abs(plain).max(), rel=0.02)
