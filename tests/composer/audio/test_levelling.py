"""Bringing sound to one loudness under a ceiling."""

from __future__ import annotations

import numpy as np
import pytest

from composer.audio.levelling import CEILING, TARGET, levelling_gains
from composer.audio.loudness import BLOCK, integrated_loudness, true_peak
from composer.audio.samples import SAMPLE_RATE, Samples
from tests.composer.sounds import noise, sine


def levelled(samples: Samples) -> Samples:
    """Apply the gains as `composer.audio.mastering` does, in floating point."""
    gains = levelling_gains(samples)
    frames = np.interp(np.arange(len(samples)), np.arange(len(gains)) * BLOCK, gains)
    return samples * frames.astype(np.float32)[:, None]


def struck(*, hertz: float, level: float, every: float) -> Samples:
    """Struck notes with a hard attack and a decay, as of a piano or a music box."""
    samples = sine(hertz=hertz, seconds=6, level=level)
    since = np.arange(len(samples)) / SAMPLE_RATE % every
    return samples * np.exp(-since * 12).astype(np.float32)[:, None]


@pytest.mark.parametrize("level", [0.001, 0.05, 0.8])
def test_steady_sound_comes_to_the_target_untouched_by_the_limiter(level: float) -> None:
    samples = sine(hertz=440, seconds=3, level=level)

    gains = levelling_gains(samples)

    assert integrated_loudness(levelled(samples)) == pytest.approx(TARGET, abs=0.01)
    assert np.ptp(gains) < 1e-6 * gains.max()


@pytest.mark.parametrize("every", [0.5, 1.0])
def test_struck_notes_come_to_the_target_under_the_ceiling(every: float) -> None:
    result = levelled(struck(hertz=880, level=0.1, every=every))

    assert integrated_loudness(result) == pytest.approx(TARGET, abs=0.5)
    assert true_peak(result) <= CEILING + 0.05


def test_a_click_is_limited_and_the_whole_still_comes_to_the_target(rng: np.random.Generator) -> None:
    samples = noise(rng, seconds=4, level=0.01)
    samples[2 * SAMPLE_RATE] = 0.9

    result = levelled(samples)

    assert true_peak(result) <= CEILING + 0.05
    assert integrated_loudness(result) == pytest.approx(TARGET, abs=0.2)


def test_the_limiter_sets_in_before_a_peak_and_lets_go_slowly(rng: np.random.Generator) -> None:
    samples = noise(rng, seconds=4, level=0.01)
    samples[2 * SAMPLE_RATE] = 0.9

    decibels = 20 * np.log10(levelling_gains(samples))

    peak = 2 * SAMPLE_RATE // BLOCK
    assert decibels[peak - 10] == pytest.approx(decibels[0], abs=0.01)
    assert decibels[peak] < decibels[0] - 10
    assert np.abs(np.diff(decibels[peak + 10 :])).max() < 0.05


def test_what_cannot_be_loud_without_distortion_stays_quieter() -> None:
    samples = np.zeros((4 * SAMPLE_RATE, 2), np.float32)
    samples[::SAMPLE_RATE] = 0.5

    result = levelled(samples)

    assert integrated_loudness(result) < TARGET - 3
    assert true_peak(result) == pytest.approx(CEILING, abs=0.05)


def test_silence_is_left_alone() -> None:
    gains = levelling_gains(np.zeros((SAMPLE_RATE, 2), np.float32))

    assert (gains == 1).all()
