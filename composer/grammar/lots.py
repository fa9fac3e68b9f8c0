"""The draws of one draft: everything random in the grammar goes through here."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

_T = TypeVar("_T")

_COOLEST, _WARMEST = 0.5, 1.5
"""Temperature of the draws at creativity 0 and 1; in the middle weights are taken as they were learned."""


class Lots:
    """Draws by weights, the more evenly the higher the creativity; the same generator gives the same draws."""

    def __init__(self, rng: np.random.Generator, creativity: float) -> None:
        """Take the generator that decides.

        Args:
            rng: Random generator; belongs to this draft from now on.
            creativity: 0 stays with the likely, 1 takes risks.
        """
        self._rng = rng
        self.creativity = creativity
        self._sharpness = 1 / (_COOLEST + (_WARMEST - _COOLEST) * creativity)

    def pick(self, weights: Mapping[_T, float]) -> _T:
        """One of the keys, by their weights raised to the inverse of the temperature.

        Raises:
            ValueError: If there is no key with a weight above 0.
        """
        sharpened = {key: weight**self._sharpness for key, weight in weights.items() if weight > 0}
        if not sharpened:
            raise ValueError("nothing to draw from")
        left = self._rng.random() * sum(sharpened.values())
        for key, weight in sharpened.items():
            left -= weight
            if left < 0:
                return key
        return key

    def one_of(self, choices: Sequence[_T]) -> _T:
        """One of several, all alike."""
        return choices[int(self._rng.random() * len(choices))]

    def happens(self, chance: float) -> bool:
        """Whether something of that chance, 0 to 1, comes true."""
        return bool(self._rng.random() < chance)

    def noise(self, number: int, scale: float) -> NDArray[np.float64]:
        """So many numbers around 0, of that deviation at creativity 0.5; shape (number,)."""
        spread = scale * (0.5 + self.creativity)
        drawn: NDArray[np.float64] = self._rng.standard_normal(number) * spread
        return drawn
