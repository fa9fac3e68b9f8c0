"""A room around what networks play: from one dry channel to two, with places and reverberation."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from composer.source_filter.excitation import RATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_LASTS = 1.7
"""Seconds in which the reverberation falls by 60 dB, as `composer.audio.synthesis` sets FluidSynth's."""

_UNDER = -17.0
"""dB of the reverberation against the notes where controller 91 is `_USUAL_SEND`."""

_USUAL_SEND = 40
_FIRST_ECHO = 0.012
_DULLER = 4.0
"""How many times faster the highest frequencies die away than the lowest."""

_BANDS = 8
_RIGHTMOST = 127
_BLOCK = 1 << 16


def place_strands(strands: Iterable[tuple[NDArray[np.float32], int, int]], samples: int) -> NDArray[np.float32]:
    """Put dry sounds into the room.

    Args:
        strands: Sound of shape (samples,), pan and reverb of each, as in `composer.source_filter.sounding.Strand`.
        samples: Length of every sound.

    Returns:
        Shape (samples, 2), left and right.
    """
    placed = np.zeros((samples, 2), np.float32)
    sent = np.zeros(samples, np.float32)
    for sound, pan, reverb in strands:
        angle = pan / _RIGHTMOST * math.pi / 2
        placed += sound[:, None] * (math.sqrt(2) * np.array([math.cos(angle), math.sin(angle)], np.float32))
        sent += sound * np.float32(reverb / _USUAL_SEND)
    _add_reverberation(placed, sent)
    return placed


def _add_reverberation(placed: NDArray[np.float32], sent: NDArray[np.float32]) -> None:
    """Convolve with the room's answer, block by block (overlap-add)."""
    length = len(_answer())
    step = _BLOCK - length + 1
    spectra = _spectra()
    for first in range(0, len(sent), step):
        block = np.fft.rfft(sent[first : first + step], _BLOCK)
        echoes = np.fft.irfft(block[:, None] * spectra, _BLOCK, axis=0).astype(np.float32)
        part = placed[first : first + step + length - 1]
        part += echoes[: len(part)]


@lru_cache(maxsize=1)
def _spectra() -> NDArray[np.complex64]:
    spectra: NDArray[np.complex64] = np.fft.rfft(_answer(), _BLOCK, axis=0).astype(np.complex64)
    return spectra


@lru_cache(maxsize=1)
def _answer() -> NDArray[np.float32]:
    """What the room answers to one click: noise that dies away, the high sooner than the low; shape (samples, 2).

    Moorer 1979, "About this reverberation business": noise under an exponential envelope is heard as a hall.
    """
    length = int(_LASTS * RATE)
    seconds = np.arange(length) / RATE
    noise = np.random.default_rng(1979).standard_normal((length, 2))
    spectrum = np.fft.rfft(noise, axis=0)
    edges = np.linspace(0, len(spectrum), _BANDS + 1).astype(int)
    answer = np.zeros((length, 2))
    for band, (low, high) in enumerate(pairwise(edges)):
        part = np.zeros_like(spectrum)
        part[low:high] = spectrum[low:high]
        rate = math.log(1000) / _LASTS * _DULLER ** (band / (_BANDS - 1))
        answer += np.fft.irfft(part, length, axis=0) * np.exp(-rate * seconds)[:, None]
    answer[: int(_FIRST_ECHO * RATE)] = 0
    answer *= 10 ** (_UNDER / 20) / np.sqrt(np.square(answer).sum(axis=0))
    return answer.astype(np.float32)
