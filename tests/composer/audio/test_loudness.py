"""Measuring loudness and true peak."""

from __future__ import annotations

from math import inf, pi
from typing import TYPE_CHECKING

import numpy as np
import pyloudnorm
import pytest

from composer.audio.loudness import BLOCK, SEGMENT, block_peaks, integrated_loudness, segment_powers, true_peak
from composer.audio.samples import SAMPLE_RATE
from tests.composer.sounds import noise, sine

if TYPE_CHECKING:
    from composer.audio.samples import Samples


def reference(samples: Samples) -> float:
    """What pyloudnorm measures with the standard's own filters."""
    return float(pyloudnorm.Meter(SAMPLE_RATE, filter_class="DeMan").integrated_loudness(samples.astype(np.float64)))


def test_the_standard_s_own_example_is_met() -> None:
    samples = sine(hertz=997, seconds=5)
    samples[:, 1] = 0

    loudness = integrated_loudness(samples)

    assert loudness == pytest.approx(-3.01, abs=0.01)


@pytest.mark.parametrize("seconds", [0.4, 1.0, 5.0, 7.37])
def test_noise_is_as_loud_as_pyloudnorm_says(rng: np.random.Generator, seconds: float) -> None:
    samples = noise(rng, seconds=seconds)

    assert integrated_loudness(samples) == pytest.approx(reference(samples), abs=0.01)


@pytest.mark.parametrize("hertz", [27.5, 60.0, 440.0, 4186.0, 12_000.0])
def test_every_register_is_as_loud_as_pyloudnorm_says(hertz: float) -> None:
    samples = sine(hertz=hertz, seconds=3, level=0.3)

    assert integrated_loudness(samples) == pytest.approx(reference(samples), abs=0.01)


def test_pauses_do_not_count(rng: np.random.Generator) -> None:
    samples = np.concatenate([noise(rng, seconds=3), noise(rng, seconds=6, level=0.001), noise(rng, seconds=2)])

    assert integrated_loudness(samples) == pytest.approx(reference(samples), abs=0.01)


@pytest.mark.parametrize("frames", [0, SEGMENT, 10 * SEGMENT])
def test_silence_is_infinitely_quiet(frames: int) -> None:
    silence = np.zeros((frames, 2), np.float32)

    assert integrated_loudness(silence) == -inf
    assert true_peak(silence) == -inf


def test_only_whole_segments_have_a_power(rng: np.random.Generator) -> None:
    samples = noise(rng, seconds=1.99)

    assert segment_powers(samples).shape == (19,)


def test_a_peak_between_two_frames_is_found() -> None:
    samples = sine(hertz=SAMPLE_RATE / 4, seconds=1, phase=pi / 4)
    fade = np.hanning(len(samples))[:, None].astype(np.float32)

    assert np.abs(samples).max() == pytest.approx(0.707, abs=0.001)
    assert true_peak(samples * fade) == pytest.approx(0.0, abs=0.01)


def test_each_block_has_its_own_peak() -> None:
    samples = np.zeros((BLOCK * 150 + 5, 2), np.float32)
    samples[BLOCK * 70 + 30, 1] = -0.5
    samples[-3, 0] = 0.25

    peaks = block_peaks(samples)

    assert peaks.shape == (151,)
    assert peaks[70] == pytest.approx(0.5, abs=0.001)
    assert peaks[150] == pytest.approx(0.25, abs=0.001)
    assert peaks[10] < 0.001


def test_peaks_above_the_floor_are_the_same_with_it(rng: np.random.Generator) -> None:
    samples = noise(rng, seconds=2) * np.linspace(0, 1, 2 * SAMPLE_RATE, dtype=np.float32)[:, None]
    peaks = block_peaks(samples)

    rough = block_peaks(samples, floor=0.3)

    assert np.array_equal(rough[peaks > 0.3], peaks[peaks > 0.3])
    assert (rough[peaks <= 0.3] <= 0.3).all()
