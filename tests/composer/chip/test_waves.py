"""The waves of the chip have the harmonics that they ought to, and none that were mirrored."""

from __future__ import annotations

import numpy as np
import pytest

from composer.audio.samples import SAMPLE_RATE
from composer.chip.channel import FRAME, ChipChannel, sound_of
from composer.chip.waves import EIGHTH, HALF, QUARTER, TRIANGLE, hertz_of

WINDOW = 1 << 15


def spectrum(wave: int, pitch: float) -> np.ndarray:
    """Amplitudes of a steady tone."""
    channel = ChipChannel.silent(WINDOW // FRAME + 2, wave)
    channel.pitch[:], channel.level[:] = pitch, 1
    sound = np.concatenate(list(sound_of(channel)))[:WINDOW]
    return np.abs(np.fft.rfft(sound * np.kaiser(WINDOW, 16)))


@pytest.mark.parametrize("wave", [EIGHTH, QUARTER, HALF, TRIANGLE])
@pytest.mark.parametrize("pitch", [31, 69.4, 100])
def test_whatever_is_no_harmonic_lies_80_db_below(wave, pitch):
    found = spectrum(wave, pitch)
    hertz = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
    base = hertz_of(np.array([pitch]))[0]
    beside = np.abs(hertz - np.round(hertz / base) * base) > 10 * SAMPLE_RATE / WINDOW

    assert found[beside & (hertz > 10)].max() < 1e-4 * found.max()


@pytest.mark.parametrize(("wave", "missing"), [(EIGHTH, 8), (QUARTER, 4), (HALF, 2)])
def test_a_pulse_lacks_the_harmonics_of_its_width(wave, missing):
    base = hertz_of(np.array([57.0]))[0] * WINDOW / SAMPLE_RATE
    found = spectrum(wave, 57)

    assert found[round(missing * base)] < 1e-3 * found[round(base)]
    assert found[round((missing + 1) * base)] > 0.1 / (missing + 1) * found[round(base)]
