"""How mechanical our playing is beside people's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import RequestError
from training.comparison.discriminator import area_under_curve, discriminate
from training.playing.description import describe_recording
from training.playing.recording import read_recording
from training.playing.rolls import read_rolls

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from training.comparison.discriminator import Discrimination
    from training.playing.rolls import PlayedRoll

_SECONDS = 40.0
_FEWEST_NOTES = 60
_MOST_A_ROLL = 6


@dataclass(frozen=True, slots=True)
class PlayingComparison:
    """What tells our playing from people's.

    Attributes:
        excerpts: Number of excerpts of people's performances.
        pieces: Number of our pieces.
        discrimination: What boosted trees make of all features.
        among_people: Mean gap between two halves of the people.
    """

    excerpts: int
    pieces: int
    discrimination: Discrimination
    among_people: float

    @property
    def gap(self) -> float:
        """Mean over the features of how far each alone tells ours from people's: 0 is not at all, 1 always."""
        return float(np.mean([abs(tell.alone - 0.5) * 2 for tell in self.discrimination.tells]))


def compare_playing(rolls: Path, split: str, pieces: Path) -> PlayingComparison:
    """Compare MIDI files of ours with the rolls of a split.

    Args:
        rolls: The unpacked set of piano rolls.
        split: Which of them: train, valid or test.
        pieces: Folder with MIDI files of ours.

    Raises:
        RequestError: One of the folders is another.
    """
    played = read_rolls(rolls, split)
    described = [(roll.work, features) for roll in played for features in _excerpts(roll)]
    if not list(pieces.glob("*.mid")):
        raise RequestError(f"no MIDI files in {pieces}; name a folder of pieces by Cadenza")
    ours = [describe_recording(read_recording(path)) for path in sorted(pieces.glob("*.mid"))]
    works = [*(work for work, _ in described), *(f"ours {number}" for number in range(len(ours)))]
    people = [features for _, features in described]
    return PlayingComparison(
        len(people), len(ours), discriminate(people, ours, works), _gap_among([work for work, _ in described], people)
    )


def _excerpts(roll: PlayedRoll) -> list[dict[str, float]]:
    """Excerpts spread over a roll, of those that have notes enough."""
    found = [one for one in roll.recording.excerpts(_SECONDS) if len(one.downs) >= _FEWEST_NOTES]
    step = max(1, -(-len(found) // _MOST_A_ROLL))
    return [describe_recording(one) for one in found[::step]]


def _gap_among(works: Sequence[str], people: Sequence[dict[str, float]]) -> float:
    """Mean gap between two halves of the works."""
    half = set(sorted(set(works))[::2])
    is_other = np.array([work not in half for work in works])
    values = np.array([list(features.values()) for features in people])
    return float(np.mean([abs(area_under_curve(column, is_other) - 0.5) * 2 for column in values.T]))
