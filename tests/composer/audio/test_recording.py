"""Recordings as files: all of their levels and settings, and nothing of anybody else's."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import soundfile

from composer.audio import recording
from composer.audio.mu_law import LEVELS, SAMPLE_RATE, to_levels, to_samples
from composer.audio.recording import Recording
from composer.errors import RequestError

EVERY_LEVEL = np.arange(LEVELS, dtype=np.uint8)


@pytest.mark.parametrize("length", [LEVELS, LEVELS - 1])
def test_levels_and_settings_come_back(length):
    file = recording.write(Recording(EVERY_LEVEL[:length], {"seed": 7, "model": "hümmchen"}))

    read = recording.read(file)

    assert read.levels.tolist() == EVERY_LEVEL[:length].tolist()
    assert read.settings == {"seed": 7, "model": "hümmchen"}
    assert read.seconds == length / SAMPLE_RATE


def test_other_programs_play_it():
    file = recording.write(Recording(EVERY_LEVEL, {}))

    heard, rate = soundfile.read(BytesIO(file))

    assert rate == SAMPLE_RATE
    # The telephone's law is the same one in straight pieces.
    assert np.abs(heard - to_samples(EVERY_LEVEL)).max() < 0.03


@pytest.mark.parametrize(
    "damaged",
    [
        b"RIFF",
        recording.write(Recording(EVERY_LEVEL, {}))[:-20],
        recording.write(Recording(EVERY_LEVEL, {})).replace(b"ICMT", b"IART"),
        recording.write(Recording(EVERY_LEVEL, {})).replace(b"\x80\x3e", b"\x40\x1f"),
    ],
)
def test_what_is_damaged_or_another_s_is_refused_in_a_sentence(damaged):
    with pytest.raises(RequestError, match="Cadenza"):
        recording.read(damaged)


def test_levels_are_finest_where_it_is_quiet():
    tone = 0.9 * np.sin(np.linspace(0, 100, 20_000))

    for loudness in (1.0, 0.1, 0.01):
        heard = to_samples(to_levels(loudness * tone))
        noise = np.mean((heard - loudness * tone) ** 2) / np.mean((loudness * tone) ** 2)
        assert 10 * np.log10(noise) < -29
    assert to_levels(to_samples(EVERY_LEVEL)).tolist() == EVERY_LEVEL.tolist()
