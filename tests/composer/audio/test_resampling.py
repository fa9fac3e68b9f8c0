"""Sound of the networks at the rate that is heard."""

from __future__ import annotations

import numpy as np
import pytest

from composer.audio import mu_law
from composer.audio.resampling import resample
from composer.audio.samples import SAMPLE_RATE


@pytest.mark.parametrize("seconds", [0.5, 0.3333])
def test_a_tone_keeps_its_pitch_loudness_and_length(seconds):
    times = np.arange(round(seconds * mu_law.SAMPLE_RATE)) / mu_law.SAMPLE_RATE
    tone = (0.5 * np.sin(2 * np.pi * 1000 * times)).astype(np.float32)

    heard = resample(tone)

    wanted = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(len(heard)) / SAMPLE_RATE)
    assert len(heard) == pytest.approx(seconds * SAMPLE_RATE, abs=2)
    assert np.abs(heard[1000:-1000] - wanted[1000:-1000, None]).max() < 0.01
