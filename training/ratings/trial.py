"""What two versions of a model compose to be compared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from composer.request import Request
from composer.styles.table import KINDS_OF_PIANO, PIANO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.models.card import ModelCard

_TURNS = 10
"""Pieces among which every style has about its share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What both versions compose to be compared.

    Attributes:
        pieces: Number of each version's pieces; requests and seeds are the same for both.
        seconds: Length of each piece.
        styles: Styles in turn; those of what is learned from, if there are none.
        candidates: Number of candidates drawn for each piece; None are as many as the model's card says.
        first_seed: Seed of the first piece; the others' follow.
    """

    pieces: int = 50
    seconds: float = 24.0
    styles: tuple[str, ...] = ()
    candidates: int | None = None
    first_seed: int = 1_000_000

    def in_styles_of(self, learned: Iterable[str], card: ModelCard) -> Trial:
        """The same trial, in the styles that pieces to learn from have, as often as they do, unless it names some.

        Args:
            learned: The style of each piece.
            card: Card of the model, which has to know a style; of a kind of piano music it may know piano alone.
        """
        if self.styles:
            return self
        known = card.identity.styles
        general = (PIANO if style in KINDS_OF_PIANO and style not in known else style for style in learned)
        shares = Counter(style for style in general if style in known)
        turns = ([style] * max(1, round(_TURNS * shares[style] / shares.total())) for style in sorted(shares))
        return replace(self, styles=tuple(chain.from_iterable(turns)) or known)

    def requests(self) -> list[Request]:
        """All else is left open, as people leave it."""
        return [
            Request(
                seconds=self.seconds,
                seed=self.first_seed + number,
                style=self.styles[number % len(self.styles)],
                candidates=self.candidates,
            )
            for number in range(self.pieces)
        ]
