"""What is counted and listed: ratings, models, and what is kept about a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.generation import Generation, Progress


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the queue's list: a generation and how far it is."""

    generation: Generation
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a generation was rated, by distinct people, its author left out."""

    likes: int = 0
    loves: int = 0
    dislikes: int = 0


@dataclass(frozen=True, slots=True)
class NamedPiece:
    """A piece as one finds it: by its number and its English title, which is empty before there is one."""

    number: int
    title: str


@dataclass(frozen=True, slots=True)
class FailedPiece:
    """A piece that failed: the code of the kind of its failure, its reference in the log, and when it was begun."""

    number: int
    kind: str
    reference: str
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of `/top`: `score` is the Bayesian mean of its ratings, -1 to 2."""

    generation: Generation
    score: float
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What is kept about a person; `actions` are what they did as an admin or moderator."""

    pieces: int
    ratings: int
    battle_votes: int = 0
    favourites: int = 0
    deeds: int = 0
    posts: int
    actions: int
    has_defaults: bool
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """How much was deleted."""

    pieces: int
    ratings: int
    battle_votes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """A model as people choose it: the version that composes now, and how its pieces were rated.

    Attributes:
        name: Name of the model.
        version: Version that composes when only the name is given.
        versions: All installed versions, newest first.
        styles: Styles that it has learned.
        architecture: Kind of its network, or of whatever else composes.
        parameters: Number of weights; None where there is no network.
        bits_per_note: Bits per note on held-out pieces; None where they were not measured.
        tally: Votes for its pieces, of all versions.
        speed: Seconds of work per second of music, as measured here; None before the first piece.
    """

    name: str
    version: int
    versions: tuple[int, ...]
    styles: tuple[str, ...]
    architecture: str
    parameters: int | None
    bits_per_note: float | None
    tally: Tally
    speed: float | None
