"""What people do with pieces, as far as it says what they think of them: weights that are fitted to their votes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PRIOR_VOTES = 10.0
"""Votes at the mean of all with which each signal begins: until people have voted beside it, it says nothing."""

FAVOURITE, CONTINUED, ANOTHER = ("favourite", "continued", "another")
"""A mark, a piece that goes on from it, and another one of the kind."""

TRACK, MAIL = NOTED = ("track", "mail")
"""Having a piece posted again, and having its files sent."""

SIGNALS = (FAVOURITE, CONTINUED, ANOTHER, *NOTED)


@dataclass(frozen=True, slots=True)
class SignalCount:
    """How people voted on pieces with which they did something."""

    liked: int = 0
    disliked: int = 0


def weigh_signals(counts: Mapping[str, SignalCount]) -> dict[str, float]:
    """What each of `SIGNALS` weighs, from how people voted beside it; under an empty name stand all votes."""
    return {name: signal_weight(counts[name], counts[""]) for name in SIGNALS}


def signal_weight(signal: SignalCount, all_votes: SignalCount) -> float:
    """What a signal weighs in votes: above 0 it speaks for a piece, below 0 against, at most 1 either way.

    The share of thumbs up beside the signal is a beta distribution's mean, which begins at that of all votes. The
    weight is how far it lies above that, of all that it could: so a vote that is expected to be a thumb up with chance
    q, where b is usual, counts (q - b) / (1 - b). With weights so, what is expected of a missing vote beyond chance is
    added to the votes, as in the first step of expectation-maximisation (Dempster, Laird and Rubin 1977).
    """
    usual = (all_votes.liked + 1) / (all_votes.liked + all_votes.disliked + 2)
    votes = signal.liked + signal.disliked
    share = (signal.liked + _PRIOR_VOTES * usual) / (votes + _PRIOR_VOTES)
    return (share - usual) / (1 - usual) if share > usual else (share - usual) / usual
