"""Tastes that are known: how likely a thumb up is, from what can be measured of a piece."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training.comparison.drawing import Drawn

TRAITS = ("minor", "tempo", "density", "leaps")
"""What tastes are about: 1 for a piece in minor and 0 for one in major, felt beats a minute, notes struck a felt beat,
and the mean interval of the top line in semitones."""

APPROVED = 0.45
"""Share of the thumbs up that the parent's pieces get: thresholds are set so."""

_SHARPNESS = 2.5
"""How fast a taste turns from down to up: the slope of the logistic curve, per unit of liking."""

_FARTHEST = 2.5
"""Deviations beyond which more of a trait is not liked or disliked any more."""

_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What some people like.

    Attributes:
        name: Name of the taste.
        wants: What a deviation more than usual of each trait adds to the liking of a piece; negative where less is
            liked.
    """

    name: str
    wants: Mapping[str, float]

    def __post_init__(self) -> None:
        """Refuse traits that nobody measures and tastes without any."""
        if not self.wants or not self.wants.keys() <= set(TRAITS):
            raise ValueError(f"a taste wants some of {', '.join(TRAITS)}, got {sorted(self.wants)}")

    def opposite(self) -> Taste:
        """The taste of those who like what these dislike."""
        return Taste(name=f"not {self.name}", wants={trait: -weight for trait, weight in self.wants.items()})


SLOW_MINOR = Taste(name="slow minor", wants={"minor": 1.0, "tempo": -1.0})
DENSE_FAST = Taste(name="dense fast", wants={"density": 1.0, "tempo": 1.0})
WIDE_LEAPS = Taste(name="wide leaps", wants={"leaps": 1.4})
"""As heavy as the root of two, so that each taste parts pieces about as sharply as the others."""


def measure_traits(piece: Drawn) -> dict[str, float]:
    """A piece's `TRAITS`."""
    return {
        "minor": float(piece.score.key.mode is Mode.MINOR),
        "tempo": piece.beats_per_minute,
        "density": piece.measures["density"],
        "leaps": piece.measures["melody_step"],
    }


@dataclass(frozen=True, slots=True)
class Ear:
    """A taste with its measure: what is usual, and from where on a piece is liked.

    Attributes:
        taste: Taste that it has.
        usual: Mean and standard deviation of each trait over the pieces that it was tuned on.
        threshold: The liking at which thumbs go up and down alike.
    """

    taste: Taste
    usual: Mapping[str, tuple[float, float]]
    threshold: float

    def chances(self, pieces: Sequence[Drawn], *, lean: float = 0.0) -> NDArray[np.float64]:
        """How likely a thumb up is for each piece, from someone who is `lean` above the others' liking."""
        likings = _likings_of(self.taste, self.usual, pieces)
        return _chances_of(likings + lean - self.threshold)


def tune_taste(taste: Taste, pieces: Sequence[Drawn]) -> Ear:
    """Tune a taste on a model's pieces so that `APPROVED` of all thumbs would go up.

    Args:
        taste: Taste to tune.
        pieces: Pieces drawn before anything was learned; at least one.
    """
    rows = [measure_traits(piece) for piece in pieces]
    usual = {
        name: (float(np.mean([row[name] for row in rows])), float(np.std([row[name] for row in rows])))
        for name in taste.wants
    }
    likings = _likings_of(taste, usual, pieces)
    low, high = float(likings.min()) - _FARTHEST, float(likings.max()) + _FARTHEST
    for _ in range(_STEPS):
        threshold = (low + high) / 2
        if float(_chances_of(likings - threshold).mean()) > APPROVED:
            low = threshold
        else:
            high = threshold
    return Ear(taste, usual, (low + high) / 2)


def _likings_of(taste: Taste, usual: Mapping[str, tuple[float, float]], pieces: Sequence[Drawn]) -> NDArray[np.float64]:
    """Shape (pieces,)."""
    return np.array([_liking_of(taste, usual, measure_traits(piece)) for piece in pieces])


def _liking_of(taste: Taste, usual: Mapping[str, tuple[float, float]], found: Mapping[str, float]) -> float:
    far = {name: (found[name] - usual[name][0]) / max(usual[name][1], 1e-6) for name in taste.wants}
    return math.fsum(weight * min(max(far[name], -_FARTHEST), _FARTHEST) for name, weight in taste.wants.items())


def _chances_of(ahead: NDArray[np.float64]) -> NDArray[np.float64]:
    chances: NDArray[np.float64] = 1 / (1 + np.exp(-_SHARPNESS * ahead))
    return chances
