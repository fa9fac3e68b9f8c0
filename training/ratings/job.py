"""What a candidate is to learn from, and within what bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from composer.errors import RequestError
from composer.training_contract import FEWEST_PEOPLE, FEWEST_PIECES
from training.ratings import taste
from training.ratings.trial import Trial

if TYPE_CHECKING:
    from pathlib import Path

    from training.corpus.dataset import Dataset
    from training.ratings.ratings_file import RatedPiece, RatingsFile

_HELD_OUT = 0.4
"""Share of the pieces whose votes only the gate sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateJob:
    """What every making of a candidate is told.

    Attributes:
        model: File of the parent.
        out: Folder for candidate and report.
        minutes: Minutes that all of it may take.
        version: Version of the candidate; the one after its parent's if None.
        trial: What both versions compose to be compared.
        seed: Seed of all draws.
        anchor: File of the version that all began with, beside which the candidate is measured, too; None where that
            is the parent.
    """

    model: Path
    out: Path
    minutes: float
    version: int | None = None
    anchor: Path | None = None
    trial: Trial = field(default_factory=Trial)
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse a job without time.

        Raises:
            RequestError: No time.
        """
        if not self.minutes > 0:
            raise RequestError(f"minutes must be above 0, not {self.minutes:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FinetuningJob(CandidateJob):
    """One's own music to learn from.

    Attributes:
        corpus: Prepared; its train split is learned, its valid split says whether that helped.
    """

    corpus: Dataset

    def __post_init__(self) -> None:
        """Refuse what cannot be learned from.

        Raises:
            RequestError: No time, or nothing held out.
        """
        # Not super(): a slotted dataclass is a second class, which the zero-argument form does not know.
        CandidateJob.__post_init__(self)
        if not self.corpus.of("valid") or not self.corpus.of("train"):
            raise RequestError("the corpus is too small: a tenth of its pieces is held out, and none is; add some")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrainingJob(CandidateJob):
    """Ratings to learn from.

    Attributes:
        rated: Pieces with their votes, and how many people voted.
        corpus: Music that is not to be played by heart either.
        fewest: Pieces and people that are needed.
    """

    rated: RatingsFile
    corpus: Dataset | None = None
    fewest: tuple[int, int] = (FEWEST_PIECES, FEWEST_PEOPLE)

    def __post_init__(self) -> None:
        """Refuse what cannot be learned from.

        Raises:
            RequestError: Too few ratings, or no time.
        """
        pieces, people = self.fewest
        if len(self.rated.pieces) < pieces or self.rated.people < people:
            raise RequestError(
                f"{len(self.rated.pieces)} pieces were rated by {self.rated.people} people; "
                f"{pieces} pieces by {people} people are needed at least"
            )
        CandidateJob.__post_init__(self)


def part_pieces(pieces: tuple[RatedPiece, ...], seed: int) -> tuple[list[RatedPiece], list[RatedPiece]]:
    """(to learn from, held out); pieces that were asked for alike stay together."""
    roots = taste.group_families(pieces)
    order = np.random.default_rng(seed).permutation(sorted(set(roots.values())))
    held = set(order[: round(_HELD_OUT * len(order))].tolist())
    return (
        [piece for piece in pieces if roots[piece.number] not in held],
        [piece for piece in pieces if roots[piece.number] in held],
    )
