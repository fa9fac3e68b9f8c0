"""Spectrograms: bright where it sounds, dark where it does not."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from composer.audio.mu_law import SAMPLE_RATE, to_levels
from composer.audio.recording import Recording
from composer.picture.page import HEIGHT, PLOT_AREA, WIDTH
from composer.picture.spectrogram import HIGHEST, LOWEST, draw_spectrogram


@pytest.mark.parametrize("hertz", [250, 2000])
def test_a_tone_is_a_bright_line_at_its_height(hertz):
    tone = 0.5 * np.sin(2 * np.pi * hertz * np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE)

    picture = draw_spectrogram(Recording(to_levels(tone), {}), title="Tone", caption="0:02", remark="hummed")

    with Image.open(BytesIO(picture)) as image:
        assert image.size == (WIDTH, HEIGHT)
        column = np.asarray(image.convert("L"))[int(PLOT_AREA.top) + 1 : int(PLOT_AREA.bottom), WIDTH // 2]
    share = 1 - column.argmax() / len(column)
    assert LOWEST * (HIGHEST / LOWEST) ** share == pytest.approx(hertz, rel=0.1)
    assert np.median(column) < column.max() / 2


def test_silence_is_drawn_too():
    assert draw_spectrogram(Recording(np.full(SAMPLE_RATE, 128, np.uint8), {}), title="", caption="")
