"""Fluctuations as people have them: slow ones are larger than quick ones, and none repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from composer.music.score import Score


def player_of(score: Score) -> np.random.Generator:
    """Decides how a piece is played: equal pieces are played alike."""
    return np.random.default_rng((len(score.notes), score.ticks, sum(note.pitch for note in score.notes)))


def pink_noise(rng: np.random.Generator, length: int) -> NDArray[np.float64]:
    """Noise whose power falls as 1/f, of mean 0 and deviation 1, shape (length,).

    So fluctuates the tempo of pianists (Rankin, Large & Fink 2009, "Fractal Tempo Fluctuation and Pulse Prediction")
    and the timing of drummers (Hennig et al. 2011, "The Nature and Perception of Fluctuations in Human Musical
    Rhythms").

    Args:
        rng: Decides the noise.
        length: Number of values, at least 4.
    """
    spectrum = rng.normal(size=length // 2 + 1) + 1j * rng.normal(size=length // 2 + 1)
    spectrum[0] = 0
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    noise = np.fft.irfft(spectrum, length)
    noise -= noise.mean()
    settled: NDArray[np.float64] = noise / noise.std()
    return settled
