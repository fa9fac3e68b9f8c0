"""Rated pieces as the file that a bot hands to the trainer: JSON Lines after a header."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from composer.files import write_atomically
from composer.tokens import vocabulary
from composer.training_contract import RATINGS_FORMAT, RATINGS_VERSION, RatedPieceRow, RatingsHeader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from training.comparison.drawing import Drawn
    from training.listeners.voting import WeighedTally


def write_ratings(path: Path, pieces: Sequence[Drawn], tallies: Mapping[int, WeighedTally], *, people: int) -> None:
    """Write what was rated.

    Args:
        path: Path of the file.
        pieces: Pieces in the order of their numbers, from 1.
        tallies: Tally of each piece by its number; pieces that nobody rated are left out.
        people: How many voted, on whichever piece.

    Raises:
        OutputError: If the file cannot be written.
    """
    rows = [_row_of(number, pieces[number - 1], tally) for number, tally in tallies.items()]
    header = RatingsHeader(
        format=RATINGS_FORMAT,
        version=RATINGS_VERSION,
        vocabulary=vocabulary.fingerprint(),
        pieces=len(rows),
        people=people,
        battles=0,
    )
    write_atomically(path, "".join(f"{json.dumps(row)}\n" for row in (header, *rows)).encode())


def _row_of(number: int, piece: Drawn, tally: WeighedTally) -> RatedPieceRow:
    request, score = piece.request, piece.score
    model, _, version = request.model.partition("@")
    return RatedPieceRow(
        number=number,
        model=model,
        version=int(version),
        tokens=list(piece.tokens),
        metre=str(score.metre),
        bars=score.bars,
        style=request.style,
        key=str(score.key),
        tempo=piece.beats_per_minute,
        seconds=request.seconds,
        creativity=request.creativity,
        seed=request.seed,
        measures=dict(piece.measures),
        another_of=None,
        liked=tally.liked,
        disliked=tally.disliked,
        people=tally.people,
        votes=list(tally.votes),
    )
