"""How loud sound is: integrated loudness and true peak after ITU-R BS.1770-5."""

from __future__ import annotations

from functools import cache
from math import log10, pi, tan
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from composer.audio.samples import CHANNELS, SAMPLE_RATE

if TYPE_CHECKING:
    from composer.audio.samples import Samples

SEGMENT = SAMPLE_RATE // 10
"""Frames of a segment, 100 ms: the step by which the standard's gating blocks of 400 ms overlap."""

BLOCK = 63
"""Frames of a block, 1.4 ms, for each of which the true peak is known; 70 make a segment."""

_SEGMENTS_AT_ONCE = 8
_SEGMENTS_PER_GATE = 4
_OFFSET = -0.691
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0

_OVERSAMPLING = 4
_BLOCKS_AT_ONCE = 64
_MARGIN = 4 * BLOCK
_OVERSHOOT = 2.0
"""Between two frames sound rises to at most about twice the peak of the frames around."""

Powers = npt.NDArray[np.float64]
Peaks = npt.NDArray[np.float32]


def integrated_loudness(samples: Samples) -> float:
    """Measure the loudness of the whole, in LUFS; minus infinity for silence and for less than 0.4 s."""
    return gated_loudness(segment_powers(samples))


def true_peak(samples: Samples) -> float:
    """Measure the highest level that the sound reaches between its frames too, in dBTP."""
    highest = float(block_peaks(samples).max(initial=0.0))
    return 20 * log10(highest) if highest else float("-inf")


def gated_loudness(powers: Powers) -> float:
    """Turn the powers of segments into LUFS: what is near silence counts for nothing.

    Args:
        powers: Shape (segments,), from `segment_powers`.
    """
    if len(powers) < _SEGMENTS_PER_GATE:
        return float("-inf")
    gates = np.convolve(powers, np.full(_SEGMENTS_PER_GATE, 1 / _SEGMENTS_PER_GATE), mode="valid")
    gates = gates[gates > _power(_ABSOLUTE_GATE)]
    if not len(gates):
        return float("-inf")
    gates = gates[gates > gates.mean() * 10 ** (_RELATIVE_GATE / 10)]
    return _OFFSET + 10 * log10(gates.mean())


def segment_powers(samples: Samples) -> Powers:
    """Measure the K-weighted power of each whole segment, summed over the channels.

    The weighting is a product of spectra: block by block, with one segment before each block that is thrown away.
    By its end both filters have fallen by 180 dB, so this equals the recursive filters, in less than half their time
    and without SciPy.

    Returns:
        Shape (segments,).
    """
    segments = len(samples) // SEGMENT
    step = _SEGMENTS_AT_ONCE - 1
    powers = np.empty(segments)
    block = np.empty((CHANNELS, _SEGMENTS_AT_ONCE * SEGMENT), np.float32)
    response = _k_weighting(block.shape[-1])
    for first in range(0, segments, step):
        count = min(step, segments - first)
        _take(samples, (first - 1) * SEGMENT, out=block)
        weighted = np.fft.irfft(np.fft.rfft(block, axis=-1) * response, block.shape[-1], axis=-1)
        parts = weighted.reshape(CHANNELS, -1, SEGMENT)[:, 1 : count + 1]
        powers[first : first + count] = np.einsum("csn,csn->s", parts, parts) / SEGMENT
    return powers


def block_peaks(samples: Samples, *, floor: float = 0.0) -> Peaks:
    """Measure the true peak of each block over both channels, oversampling four times.

    Args:
        samples: Shape (frames, 2).
        floor: Peaks below it may be given as of the frames alone; the higher, the faster.

    Returns:
        Shape (blocks,), the last block filled up with silence.
    """
    blocks = -(-len(samples) // BLOCK)
    peaks = np.empty(blocks, np.float32)
    stretch = np.empty((CHANNELS, _BLOCKS_AT_ONCE * BLOCK + 2 * _MARGIN), np.float32)
    for first in range(0, blocks, _BLOCKS_AT_ONCE):
        count = min(_BLOCKS_AT_ONCE, blocks - first)
        _take(samples, first * BLOCK - _MARGIN, out=stretch)
        scale = _OVERSAMPLING if np.abs(stretch).max() * _OVERSHOOT > floor else 1
        inner = _oversampled(stretch, scale)[:, _MARGIN * scale : -_MARGIN * scale]
        peaks[first : first + count] = np.abs(inner).max(axis=0).reshape(-1, BLOCK * scale).max(axis=-1)[:count]
    return peaks


def _oversampled(stretch: Samples, scale: int) -> Samples:
    """Put `scale` - 1 frames between every two, as if the band had always been wider; wrong near the ends."""
    if scale == 1:
        return stretch
    length = stretch.shape[-1]
    longer: Samples = np.fft.irfft(np.fft.rfft(stretch, axis=-1), length * scale, axis=-1).astype(
        np.float32, copy=False
    )
    return longer * np.float32(scale)


def _take(samples: Samples, start: int, *, out: npt.NDArray[np.float32]) -> None:
    """Fill `out`, shape (2, frames), with the frames from `start`, which may be negative; silence around them."""
    source = samples[max(start, 0) : max(start + out.shape[-1], 0)]
    offset = max(-start, 0)
    out[:, :offset] = 0
    out[:, offset : offset + len(source)] = source.T
    out[:, offset + len(source) :] = 0


def _power(loudness: float) -> float:
    """Invert the standard's formula for loudness."""
    return float(10 ** ((loudness - _OFFSET) / 10))


@cache
def _k_weighting(length: int) -> npt.NDArray[np.complex64]:
    """Compute the frequency response of both stages of the K-weighting at the bins of a real FFT.

    The standard gives coefficients for 48 kHz only; the analogue parameters behind them are from De Man 2018,
    "Evaluation of Implementations of the EBU R128 Loudness Measurement", AES convention 145.
    """
    delay = np.exp(-2j * pi * np.arange(length // 2 + 1) / length)
    powers = np.stack([np.ones_like(delay), delay, delay**2])

    k, q = tan(pi * 1681.974450955533 / SAMPLE_RATE), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    shelf = np.array([high + middle * k / q + k * k, 2 * (k * k - high), high - middle * k / q + k * k]) @ powers
    shelf /= np.array([1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k]) @ powers

    k, q = tan(pi * 38.13547087602444 / SAMPLE_RATE), 0.5003270373238773
    unity = 1 + k / q + k * k
    high_pass = np.array([unity, -2 * unity, unity]) @ powers
    high_pass /= np.array([unity, 2 * (k * k - 1), 1 - k / q + k * k]) @ powers
    response: npt.NDArray[np.complex64] = (shelf * high_pass).astype(np.complex64)
    return response
