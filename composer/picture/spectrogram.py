"""Sound -> spectrogram as PNG: time to the right, frequency upwards in octaves, brighter where it is louder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.audio.mu_law import SAMPLE_RATE, to_samples
from composer.music.free_score import FreeScore
from composer.picture.canvas import Canvas
from composer.picture.layout import Roll
from composer.picture.page import (
    BACKGROUND,
    HEIGHT,
    LABEL,
    PLOT_AREA,
    STRONG_LINE,
    WIDTH,
    draw_header,
    draw_remark,
    draw_seconds,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from composer.audio.recording import Recording

LOWEST, HIGHEST = 62.5, SAMPLE_RATE / 2
"""Hertz: seven octaves."""

_LABELLED = {125: "125 Hz", 250: "250", 500: "500", 1000: "1 kHz", 2000: "2", 4000: "4"}
_WINDOW = 1024
_COLUMNS, _ROWS = 1128, 286
_RANGE = 65.0
"""Decibels between the loudest and what is drawn as silence."""

_SHADES = (
    (0.0, (26, 29, 42)),
    (0.35, (58, 74, 132)),
    (0.6, (184, 132, 255)),
    (0.8, (255, 190, 92)),
    (1.0, (255, 244, 220)),
)
"""Colours of loudness, from silence to the loudest."""


def draw_spectrogram(recording: Recording, *, title: str, caption: str, remark: str = "") -> bytes:
    """Draw a spectrogram.

    Args:
        recording: Sound of any length; it fills the width.
        title: Title at the top left, shortened if it is too long.
        caption: Line of facts at the top right, smaller.
        remark: Below the title, smaller still.

    Returns:
        A PNG of the piano roll's size; equal arguments give equal bytes.
    """
    canvas = Canvas(WIDTH, HEIGHT, background=BACKGROUND)
    area = PLOT_AREA
    loudness = loudness_by_frequency(to_samples(recording.levels))
    canvas.paste(_coloured(loudness), (area.left, area.top, area.right, area.bottom))
    for hertz, label in _LABELLED.items():
        y = area.bottom - (area.bottom - area.top) * np.log2(hertz / LOWEST) / np.log2(HIGHEST / LOWEST)
        canvas.fill((area.left - 5, y - 0.5, area.left, y + 0.5), STRONG_LINE)
        canvas.write(label, (area.left - 8, y), LABEL, anchor="rm")
    draw_seconds(canvas, Roll.of(FreeScore.of((), seconds=recording.seconds, timbres=()), area))
    draw_header(canvas, title=title, caption=caption)
    draw_remark(canvas, remark)
    return canvas.png()


def loudness_by_frequency(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Decibels below the loudest, at most `_RANGE`, as 1 (loudest) to 0; shape (_ROWS, _COLUMNS), highest row first."""
    padded = np.pad(samples.astype(np.float64), _WINDOW // 2)
    starts = np.linspace(0, len(samples), _COLUMNS, endpoint=False).astype(int)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[starts] * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(frames)) ** 2
    bins = np.geomspace(HIGHEST, LOWEST, _ROWS) * _WINDOW / SAMPLE_RATE
    # Between two bins in a straight line: low rows are narrower than a bin, high ones wider.
    low = np.minimum(bins.astype(int), power.shape[1] - 2)
    rows = power[:, low] + (power[:, low + 1] - power[:, low]) * (bins - low)
    decibels = 10 * np.log10(np.maximum(rows.T, 1e-12))
    shown: NDArray[np.float64] = np.clip(1 + (decibels - decibels.max()) / _RANGE, 0.0, 1.0)
    return shown


def _coloured(loudness: NDArray[np.float64]) -> NDArray[np.uint8]:
    places = [place for place, _ in _SHADES]
    channels = [np.interp(loudness, places, [shade[channel] for _, shade in _SHADES]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)
