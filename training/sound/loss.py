"""How far two sounds lie apart: their spectra at several resolutions, whatever the phases.

Yamamoto et al. 2020, "Parallel WaveGAN", with the square root's floor raised, so that silence does not outweigh notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
from keras import ops

if TYPE_CHECKING:
    from training.networks.tensor import Tensor

WINDOWS = (256, 512, 1024, 2048)
"""Samples of each resolution's windows; they overlap by three quarters."""

_FLOOR = 1e-3
"""Magnitude of a full-scale sine's bin, times this, is what counts as silence."""


class SpectralLoss(keras.losses.Loss):
    """Logarithmic distance of magnitudes and spectral convergence, averaged over `WINDOWS`.

    Args:
        skipped: First samples that do not count, for the network has heard nothing before them.
    """

    def __init__(self, skipped: int = 0) -> None:
        super().__init__(name="spectral")
        self.skipped = skipped

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Take sounds of shape (B, samples); return one number."""
        wanted, found = (sound[:, self.skipped :] for sound in (y_true, y_pred))
        return sum(_distance(wanted, found, window) for window in WINDOWS) / len(WINDOWS)


def _distance(wanted: Tensor, found: Tensor, window: int) -> Tensor:
    wanted, found = _magnitudes(wanted, window), _magnitudes(found, window)
    floor = _FLOOR * window / 4
    logarithmic = ops.mean(ops.abs(ops.log(found + floor) - ops.log(wanted + floor)))
    apart = ops.sqrt(ops.sum(ops.square(found - wanted)) + floor**2)
    return logarithmic + apart / ops.sqrt(ops.sum(ops.square(wanted)) + floor**2)


def _magnitudes(sound: Tensor, window: int) -> Tensor:
    real, imaginary = ops.stft(sound, window, window // 4, window, center=False)
    return ops.sqrt(ops.square(real) + ops.square(imaginary) + 1e-9)
