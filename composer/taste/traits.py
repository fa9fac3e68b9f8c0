"""A piece in the numbers that people's taste is a model of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.decoding.ranking import JUDGED_ANYWAY, distances
from composer.music.score import Mode
from composer.styles.statistics import DEVIATION
from composer.styles.table import STYLES

if TYPE_CHECKING:
    from collections.abc import Mapping

MINOR, TEMPO = CHOICES = ("minor", "tempo")
"""What is settled before the first note: 1 for minor, and how far the felt tempo is from the usual, in deviations."""


def piece_traits(
    measures: Mapping[str, float], *, style: str, mode: Mode, tempo: float, profile: Mapping[str, tuple[float, float]]
) -> dict[str, float]:
    """`CHOICES`, and how far each measure is from what is usual in the style, in deviations.

    Args:
        measures: Measures of the piece, see `composer.music.measures`.
        style: Style of the piece.
        mode: Mode of its key.
        tempo: Felt beats a minute.
        profile: Mean and standard deviation of each measure over pieces of the style.
    """
    return {
        MINOR: float(mode is Mode.MINOR),
        TEMPO: (tempo - STYLES[style].statistics.anywhere.tempo) / DEVIATION,
        **distances(measures, profile),
    }


def taste_traits(found: Mapping[str, float]) -> dict[str, float]:
    """The traits that a server's taste is about: those of `piece_traits`, but for what is judged whatever people like.

    Minor is 1 and major -1 here, so that it deviates about as far as every other trait does.
    """
    kept = {name: value for name, value in found.items() if name not in JUDGED_ANYWAY}
    return {**kept, MINOR: 2 * kept[MINOR] - 1}
