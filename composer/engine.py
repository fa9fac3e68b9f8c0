"""What composes: an engine proposes candidates for a piece that is planned already.

The networks are one engine. A dice game, a grammar or a Markov chain is another, and needs no model file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from composer.errors import RequestError
from composer.request import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from composer.models.choosing import Choosing
    from composer.models.identity import Identity
    from composer.music.score import Score
    from composer.options import Option
    from composer.planning.plan import Plan
    from composer.request import Request


class Cancelled(Exception):  # noqa: N818 - a person's wish, not an error
    """For `progress` or a check to raise when the work is to stop."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One proposed piece.

    Attributes:
        score: The piece in the planned key, not yet performed; it has a note with a pitch.
        nats: Mean negative log-likelihood a token; 0 from an engine that has no likelihoods.
        tokens: Tokens from START to END, in C major or A minor; empty from an engine that has none.
    """

    score: Score
    nats: float = 0.0
    tokens: tuple[int, ...] = ()


class Engine(Protocol):
    """Whoever proposes pieces; immutable, and shared by any number of threads."""

    @property
    def identity(self) -> Identity:
        """Its name, version, licence, styles, and the options that it honours."""

    @property
    def choosing(self) -> Choosing:
        """By what one of its candidates is chosen; `choosing.UNFITTED` where nothing is known of its pieces."""

    def candidates(
        self, request: Request, plan: Plan, rng: np.random.Generator, progress: Callable[[int], None]
    ) -> Sequence[Candidate]:
        """Propose pieces.

        Args:
            request: What is asked for, within what the engine honours.
            plan: Metre, length, key, tempo and form of the piece.
            rng: Decides every draw; the same state gives the same candidates.
            progress: Called often, with the number of bars that all candidates have begun. What it raises ends the
                work, see `Cancelled`.

        Returns:
            At least one candidate.
        """


def dishonoured_option(identity: Identity, request: Request) -> Option | None:
    """The first option that a request decides and an engine cannot honour; None if there is none."""
    return next(
        (
            option
            for option in OPTIONS
            if not option.every_engine
            and option.field not in identity.honours
            and getattr(request, option.field) != option.default
        ),
        None,
    )


def check_request(identity: Identity, request: Request) -> None:
    """Refuse what an engine cannot compose.

    Raises:
        RequestError: It does not know the style, or cannot honour an option; the message says what to do.
    """
    if request.style not in identity.styles:
        known = ", ".join(identity.styles)
        raise RequestError(f"{identity.name} has not learned the style {request.style}; it knows {known}")
    option = dishonoured_option(identity, request)
    if option is not None:
        raise RequestError(f"{identity.name} cannot be told the {option.name}; leave it out, or choose another model")
