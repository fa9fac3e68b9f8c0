"""How much each vote weighs in a server's taste, so that nobody and no crowd of accounts decides alone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    _Said = Mapping[tuple[int, int | None], bool]

LARGEST_SHARE = 1 / 3
"""Of all weight what one person has at most."""

_SHARED_PIECES = 8
"""Pieces that two people must both have rated for their votes to be compared."""

_IN_STEP = 0.97
"""Share of equal votes from which on two accounts are one voice: people of the simulated tastes, which are sharp, agree
in 0.9 at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteVote:
    """What somebody thought of a piece, or did with it.

    Attributes:
        piece: Number of the piece.
        person: Number that is that person's alone.
        liked: Whether it speaks for the piece.
        weight: Weight before any cap, above 0.
        cast: Whether it was cast as a vote, and not read from something else that the person did.
        than: Number of the piece than which that one was liked better, in a battle; None of a vote on one piece.
    """

    piece: int
    person: int
    liked: bool
    weight: float = 1.0
    cast: bool = True
    than: int | None = None

    @property
    def about(self) -> tuple[int, int | None]:
        """What it is about: a piece, or a pair, the lower number first."""
        return (self.piece, None) if self.than is None else (min(self.piece, self.than), max(self.piece, self.than))

    @property
    def says(self) -> bool:
        """What it says of that: whether the piece is liked, or the first of a pair the better."""
        return self.liked if self.than is None else self.liked == (self.piece < self.than)


def weigh_votes(votes: Sequence[TasteVote]) -> list[float]:
    """The weight of each vote, in their order, after the cap on each voice.

    A voice is a person, or accounts that vote in step: whoever brings sixty accounts to vote as one has one voice. Each
    has at most `LARGEST_SHARE` of all weight, where there are enough of them.
    """
    voices = join_in_step(votes)
    totals: dict[int, float] = defaultdict(float)
    for vote in votes:
        totals[voices[vote.person]] += vote.weight
    cap = largest_weight(list(totals.values()))
    return [vote.weight * min(1.0, cap / totals[voices[vote.person]]) for vote in votes]


def largest_weight(totals: Sequence[float]) -> float:
    """The weight to which to cut all larger ones, so that none is more than `LARGEST_SHARE` of what is left.

    Where there are fewer than three, that cannot be: then all are cut to the smallest.
    """
    ordered = sorted(totals, reverse=True)
    for cut in range(len(ordered)):
        # If `cut` of them are cut to c, then c = share * (cut * c + the rest).
        rest, room = sum(ordered[cut:]), 1 - LARGEST_SHARE * cut
        if room <= 0:
            break
        cap = LARGEST_SHARE * rest / room
        if ordered[cut] <= cap + 1e-12:
            return max(cap, ordered[cut])
    return ordered[-1] if ordered else 0.0


def join_in_step(votes: Sequence[TasteVote]) -> dict[int, int]:
    """For each person the number of the voice: of accounts that vote in step the smallest number."""
    said: dict[int, dict[tuple[int, int | None], bool]] = defaultdict(dict)
    for vote in votes:
        if vote.cast:
            said[vote.person][vote.about] = vote.says
    voices = {person: person for person in sorted({vote.person for vote in votes})}
    for one, other in combinations(sorted(said), 2):
        if _vote_in_step(said[one], said[other]):
            old, new = sorted((voices[one], voices[other]), reverse=True)
            voices = {person: new if voice == old else voice for person, voice in voices.items()}
    return voices


def _vote_in_step(one: _Said, other: _Said) -> bool:
    both = one.keys() & other.keys()
    if len(both) < _SHARED_PIECES:
        return False
    # Who likes all and who likes nothing say the same of each piece without having agreed on anything.
    varied = len({one[about] for about in both}) > 1
    return varied and sum(one[about] == other[about] for about in both) >= _IN_STEP * len(both)
