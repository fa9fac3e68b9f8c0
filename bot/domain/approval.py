"""How well votes show that something is liked."""

from __future__ import annotations

import math

_Z = 1.96
"""Standard deviations of a 95 % interval."""


def lower_bound(likes: int, dislikes: int) -> float:
    """The least share of people who like something that so many votes still allow, 0 to 1.

    Three of three weigh less than nineteen of twenty: a few votes allow more. Lower end of the score interval of
    Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference", at 95 %.

    Args:
        likes: Votes for it.
        dislikes: Votes against it.
    """
    votes = likes + dislikes
    if not votes:
        return 0.0
    share, slack = likes / votes, _Z**2 / votes
    middle = share + slack / 2
    width = _Z * math.sqrt(share * (1 - share) / votes + slack / (4 * votes))
    return max(0.0, (middle - width) / (1 + slack))
