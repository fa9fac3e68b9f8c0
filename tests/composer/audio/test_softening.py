"""Softened sound is duller and a little worn, and nothing else."""

from __future__ import annotations

import numpy as np

from composer.audio.samples import SAMPLE_RATE
from composer.audio.softening import soften

SECONDS = 2


def tone(hertz: float) -> np.ndarray:
    wave = 0.1 * np.sin(2 * np.pi * hertz * np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def amplitude(samples: np.ndarray, hertz: float) -> float:
    return float(np.abs(np.fft.rfft(samples[:, 0] * np.hanning(len(samples))))[round(hertz * SECONDS)])


def test_what_is_high_is_gone_and_what_is_low_stays_in_its_place():
    low, high = soften(tone(300)), soften(tone(9000))

    assert 0.6 < amplitude(low, 300) / amplitude(tone(300), 300) < 1
    assert amplitude(high, 9000) < 0.003 * amplitude(tone(9000), 9000)


def test_a_click_stays_where_it_was():
    click = np.zeros((4000, 2), np.float32)
    click[1000] = 0.5

    assert np.argmax(np.abs(soften(click)[:, 0])) == 1000


def test_the_record_is_never_silent_but_far_below_the_music():
    music = np.concatenate([tone(300), np.zeros((SAMPLE_RATE, 2), np.float32)])
    worn = soften(music)[-SAMPLE_RATE // 2 :]

    assert 0 < worn.std() < 0.02 * music.std()


def test_silence_stays_silent_and_equal_sound_gives_equal_sound():
    assert not soften(np.zeros((100, 2), np.float32)).any()
    assert np.array_equal(soften(tone(300)), soften(tone(300)))
