"""Stand-ins for a network, small enough to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.decoding.loop import decode_candidates
from composer.decoding.sampling import Sampling
from composer.music.score import Key, Tempo
from composer.planning.constraints import TONICS
from composer.tokens import features, vocabulary
from composer.tokens.conditions import Conditions
from composer.tokens.tokenizer import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.decoding.loop import BiasStrengths
    from composer.music.score import Score
    from composer.planning.constraints import PieceConstraints


class NoiseDecoder:
    """A network that has learned nothing: logits are noise, the same for the same seed."""

    reads = features.NEWEST

    def __init__(self, *, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        self.batches: list[int] = []

    def step(self, tokens: NDArray[np.int32], inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        assert inputs.shape == (len(tokens), self.reads.width)
        self.batches.append(len(tokens))
        return self._rng.normal(size=(len(tokens), vocabulary.VOCABULARY_SIZE)).astype(np.float32)

    def keep(self, rows: Sequence[int]) -> None:
        assert len(rows) < self.batches[-1]


def drawn_from_noise(constraints: PieceConstraints, pull: BiasStrengths) -> Score:
    """What is drawn of noise alone but for what it is pulled to."""
    (piece,) = decode_candidates(
        NoiseDecoder(),
        constraints,
        Conditions(),
        sampling=Sampling(),
        candidates=1,
        rng=np.random.default_rng(0),
        pull=pull,
    )
    key = Key(TONICS[constraints.mode], constraints.mode)
    return decode(piece.tokens, metre=constraints.metre, key=key, tempos=(Tempo(0, 100.0),))
