"""A server's taste as it is kept, and what it was learned from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from composer.taste.learning import LearnedTaste
    from composer.taste.weighing import TasteVote


class TasteChoice(StrEnum):
    """By which taste a server's pieces are composed."""

    OWN = "own"
    """By what people there like, as soon as enough of it is known."""
    SHARED = "shared"
    """By what all servers like."""
    OFF = "off"
    """As the model does by itself."""


EVERY_VOTES = 20
"""Votes after which a taste is learned anew."""

SERVERS_TO_SHARE = 3
"""Servers that need a taste of their own before there is a shared one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTaste:
    """One version of a taste.

    Attributes:
        number: Number by which pieces name it; it is never given twice.
        guild_id: The server; None of the shared taste.
        fitted_at: Moment when it was learned.
        votes: Number of the votes that stood then.
        learned: What was learned.
    """

    number: int
    guild_id: int | None
    fitted_at: datetime
    votes: int
    learned: LearnedTaste


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedForTaste:
    """A piece that a server's people rated, as its row has it.

    Attributes:
        number: Number of the piece.
        model: Name of the model that composed it.
        version: Version of that model.
        style: Style of the piece.
        key: Key that it stands in.
        tempo: Felt beats a minute.
        measures: Measures of the piece.
        family: Number of the first piece that was asked for so.
    """

    number: int
    model: str
    version: int
    style: str
    key: str
    tempo: float
    measures: Mapping[str, float]
    family: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteMaterial:
    """All that a server's taste is learned from; persons are small numbers, drawn anew each time.

    Attributes:
        pieces: Pieces that were rated, or met in a battle.
        votes: What people think of them, or did with them.
        signals: What each kind of deed weighs in votes, see `composer.taste.signals`.
    """

    pieces: Sequence[RatedForTaste] = ()
    votes: Sequence[TasteVote] = ()
    signals: Mapping[str, float] = field(default_factory=dict)
