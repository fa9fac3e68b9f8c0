"""What people who rated pieces like: of that which a request leaves open, and among candidates for it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from composer.tokens.conditions import ANY, RATINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIKED = "liked"
"""Name under which preferences stand in the settings of a piece that was composed by them."""

FARTHEST = 2.0
"""How far each may lean: what a person asks for must never have been squeezed out."""

_A_SEMITONE = 0.1
"""Nats for each semitone of an interval that move the mean interval of a melody by about a deviation between pieces:
those deviate by 2.5 semitones, and the intervals within a piece by five."""

_USUAL_INTERVAL = 4
"""Semitones; wider ones become likelier where narrower ones become less likely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedPreferences:
    """How the statistics of a style are tilted: each choice x becomes exp(weight * x) times as likely, x in deviations.

    Attributes:
        minor: Number added to the logarithm of the odds of minor.
        tempo: Deviations by which the mean tempo moves: a normal distribution that is tilted stays one.
        density: Weight of a deviation of the density class.
        leaps: Deviations by which the mean interval of melodies moves, about.
        measures: What a deviation of each measure saves a candidate, in nats; see `composer.decoding.ranking`.
        rating: Class of `conditions.RATINGS` that the network is asked for, from 1; ANY where it knows none.
    """

    minor: float = 0.0
    tempo: float = 0.0
    density: float = 0.0
    leaps: float = 0.0
    measures: Mapping[str, float] = field(default_factory=dict)
    rating: int = ANY

    def __post_init__(self) -> None:
        """Refuse what would leave no choice."""
        if not all(
            abs(value) <= FARTHEST
            for value in (self.minor, self.tempo, self.density, self.leaps, *self.measures.values())
        ):
            raise ValueError(f"preferences must be within {FARTHEST:g} either way: {asdict(self)}")
        if self.rating not in range(len(RATINGS) + 1):
            raise ValueError(f"rating must be a class from 0 to {len(RATINGS)}, got {self.rating}")

    def plus(self, other: LearnedPreferences) -> LearnedPreferences:
        """Both together, as far as they may lean; asked for is the class of rating that this one asks for."""
        added = {name: _bounded(getattr(self, name) + getattr(other, name)) for name in _LEANINGS}
        names = (*self.measures, *(name for name in other.measures if name not in self.measures))
        measures = {name: _bounded(self.measures.get(name, 0.0) + other.measures.get(name, 0.0)) for name in names}
        return LearnedPreferences(**added, measures=measures, rating=self.rating)

    def share_of_minor(self, usual: float) -> float:
        """The share of pieces in minor where `usual` would be in it."""
        odds = usual * math.exp(self.minor)
        return odds / (odds + 1 - usual)

    def mean_tempo(self, mean: float, deviation: float) -> float:
        """The mean of the felt tempo, in beats a minute."""
        return mean + self.tempo * deviation

    def densities(self, weights: Sequence[float]) -> list[float]:
        """The weight of each density class, thin to dense."""
        total = sum(weights)
        mean = sum(place * weight for place, weight in enumerate(weights)) / total
        variance = sum((place - mean) ** 2 * weight for place, weight in enumerate(weights)) / total
        scale = self.density / math.sqrt(variance) if variance else 0.0
        return [weight * math.exp(scale * (place - mean)) for place, weight in enumerate(weights)]

    def of_intervals(self, tilt: Sequence[float]) -> tuple[float, ...]:
        """What the intervals of a melody lean to where they lean to `tilt` by themselves; see `interval_bias`."""
        if not self.leaps:
            return tuple(tilt)
        from composer.music.intervals import INTERVALS  # noqa: PLC0415 - NumPy, which the command's help does not need

        added = (_A_SEMITONE * self.leaps * (abs(step) - _USUAL_INTERVAL) for step in INTERVALS)
        return tuple(own + more for own, more in zip(tilt or (0.0,) * len(INTERVALS), added, strict=True))


_LEANINGS = ("minor", "tempo", "density", "leaps")
"""Fields that are a leaning each."""


def _bounded(value: float) -> float:
    return round(min(max(value, -FARTHEST), FARTHEST), 4)


NONE = LearnedPreferences()
"""As the corpus has it."""


def to_values(preferences: LearnedPreferences) -> dict[str, Any]:
    """Preferences for JSON, what is as usual left out; `from_values` reads them."""
    return {name: value for name, value in asdict(preferences).items() if value != getattr(NONE, name)}


def from_values(values: Mapping[str, Any]) -> LearnedPreferences:
    """Read what `dataclasses.asdict` made of preferences, from JSON.

    Raises:
        TypeError: If it is something else.
        ValueError: If it leans too far.
    """
    if not values.keys() <= {field.name for field in fields(LearnedPreferences)}:
        raise TypeError(f"no preferences: {sorted(values)}")
    return LearnedPreferences(**{**values, "rating": int(values.get("rating", ANY))})


def read_liked(settings: Mapping[str, object]) -> LearnedPreferences:
    """The preferences in the settings of a piece; `NONE` where it was composed without any, or they are damaged."""
    values = settings.get(LIKED)
    try:
        return from_values(values) if isinstance(values, dict) else NONE
    except (TypeError, ValueError):
        return NONE
