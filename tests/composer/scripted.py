"""Stand-ins for a network, small enough to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer import features, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class NoiseDecoder:
    """A network that has learned nothing: logits are noise, the same for the same seed."""

    def __init__(self, *, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        self.batches: list[int] = []

    def step(self, tokens: NDArray[np.int32], inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        assert inputs.shape == (len(tokens), features.FEATURE_WIDTH)
        self.batches.append(len(tokens))
        return self._rng.normal(size=(len(tokens), vocabulary.VOCABULARY_SIZE)).astype(np.float32)

    def keep(self, rows: Sequence[int]) -> None:
        assert len(rows) < self.batches[-1]
