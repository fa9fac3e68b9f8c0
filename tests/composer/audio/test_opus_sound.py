"""Sound at the rate of Opus: the same sound, as long, without a seam."""

from __future__ import annotations

from typing import Any

import numpy as np

from composer.audio.opus_sound import RATE, resample_for_opus
from composer.audio.samples import SAMPLE_RATE


def test_tones_keep_their_pitch_and_length_over_every_seam():
    moments = np.arange(round(10.13 * SAMPLE_RATE)) / SAMPLE_RATE
    waves = np.stack([np.sin(2 * np.pi * pitch * moments) for pitch in (441.3, 9000.7)], axis=1)
    sound: Any = np.rint(waves * 20_000).astype(np.int16)

    heard = np.frombuffer(resample_for_opus(sound), "<i2").reshape(-1, 2)

    wanted_moments = np.arange(round(10.13 * RATE)) / RATE
    wanted = np.stack([np.sin(2 * np.pi * pitch * wanted_moments) for pitch in (441.3, 9000.7)], axis=1) * 20_000
    inside = slice(480, -480)  # the tone begins and ends at once, which no filter can keep
    assert heard.shape == wanted.shape
    assert np.abs(heard[inside] - wanted[inside]).max() < 40


def test_the_loudest_sound_is_not_turned_over():
    sound: Any = np.full((SAMPLE_RATE, 2), 32_767, np.int16)

    heard = np.frombuffer(resample_for_opus(sound), "<i2")

    assert heard[1000:-1000].min() > 32_000
