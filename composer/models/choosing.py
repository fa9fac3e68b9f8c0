"""What is known beside the network: how candidates are drawn, and by what one of them is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from composer.models import learned_preferences
from composer.models.learned_preferences import NONE, LearnedPreferences
from composer.music.intervals import INTERVALS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

USUAL_RECALL = 1.4
"""Recall of a convolution: at 3 likeness four bars apart was 0.36 on average, at 1.8 0.28, against 0.15 in people's
pieces. A network that looks back better needs less."""

USUAL_CANDIDATES = 8
"""Pieces to draw where neither a request nor a card says how many."""

EVERY_STYLE = "every"
"""In the place of a style: what holds for those that have nothing of their own."""


def carried_on(style: str) -> str:
    """In the place of a style: what holds for music in it that goes on from given music of that style."""
    return f"{style}, carried on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """How a piece is drawn and chosen.

    Attributes:
        profiles: Style or `carried_on` of it -> measure -> (mean, standard deviation) over the corpus, see
            `composer.music.measures`.
        ranking: Style, `carried_on` of it or `EVERY_STYLE` -> measure -> what its distance from the profile, in
            deviations, and the distance's square cost a candidate, see `composer.decoding.ranking`; empty where that
            was not fitted.
        following: `carried_on` of a style -> measure -> how far what goes on is moved from the profile's mean for every
            step that the given music is from it, see `composer.decoding.ranking.profile_after`.
        candidates: Number of pieces drawn for a request that does not say, and when `ranking` was fitted: the
            further a network is from people's pieces, the more it takes to bring what is drawn near them.
        tilts: Style -> for each kind of melody that a piece may have what its intervals lean to, see
            `composer.decoding.interval_bias`.
        recall: Number added to the logits of what a returning section recalls, where creativity is in the middle; see
            `composer.decoding.recall_bias`.
        preferences: What raters like, of that which a request leaves open.
    """

    profiles: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    ranking: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    following: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    candidates: int = USUAL_CANDIDATES
    tilts: Mapping[str, tuple[tuple[float, ...], ...]] = field(default_factory=dict)
    recall: float = USUAL_RECALL
    preferences: LearnedPreferences = NONE

    def __post_init__(self) -> None:
        """Refuse to draw nothing."""
        if self.candidates < 1:
            raise ValueError(f"a model draws at least one candidate, not {self.candidates}")

    def count_for(self, asked: int | None) -> int:
        """How many candidates are drawn for a request that asks for so many, or does not say."""
        return asked or self.candidates

    def profile_of(self, style: str, *, goes_on: bool = False) -> Mapping[str, tuple[float, float]]:
        """What is usual in a style, in which a piece may go on from given music; empty where that is not known."""
        own = self.profiles.get(carried_on(style)) if goes_on else None
        return own or self.profiles.get(style, {})

    def following_of(self, style: str) -> Mapping[str, float]:
        """How far each measure of what goes on in a style follows the given music; empty where that is not known."""
        return self.following.get(carried_on(style), {})

    def ranking_of(self, style: str, *, goes_on: bool = False) -> Mapping[str, tuple[float, float]]:
        """What measures cost a candidate in a style, which may go on from given music; empty where none were fitted."""
        own = self.ranking.get(carried_on(style)) if goes_on else None
        return own or self.ranking.get(style) or self.ranking.get(EVERY_STYLE, {})


UNFITTED = Choosing(candidates=1)
"""For an engine about whose pieces nothing is known: one candidate is proposed, and general measures judge several."""


def _profiles(styles: dict[str, dict[str, list[float]]]) -> dict[str, dict[str, tuple[float, float]]]:
    return {
        style: {name: (float(one), float(other)) for name, (one, other) in measures.items()}
        for style, measures in styles.items()
    }


def _ranking(values: dict[str, Any]) -> dict[str, dict[str, tuple[float, float]]]:
    # Cards once had one ranking for all styles.
    one_for_all = any(isinstance(row, list) for row in values.values())
    return _profiles({EVERY_STYLE: values} if one_for_all else values)


def _tilts(styles: dict[str, list[Any]]) -> dict[str, tuple[tuple[float, ...], ...]]:
    # Cards once knew one kind of melody in a style, without a list around it.
    kinds = {style: rows if rows and isinstance(rows[0], list) else [rows] for style, rows in styles.items()}
    tilts = {style: tuple(tuple(map(float, row)) for row in rows) for style, rows in kinds.items()}
    if any(len(tilt) != len(INTERVALS) for rows in tilts.values() for tilt in rows):
        raise ValueError(f"a tilt of its card is not of {len(INTERVALS)} intervals")
    return tilts


def _following(styles: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    return {style: {name: float(share) for name, share in own.items()} for style, own in styles.items()}


READERS: Mapping[str, Callable[[Any], Any]] = {
    "profiles": _profiles,
    "ranking": _ranking,
    "following": _following,
    "tilts": _tilts,
    "preferences": learned_preferences.from_values,
}
"""How fields of a choosing are read from JSON, where they are not taken as they are."""
