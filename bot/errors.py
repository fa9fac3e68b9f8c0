"""What can go wrong, as one tree; refusals carry data, and the Discord side makes sentences of them.

BotError
├── SettingsError           a setting is missing or wrong: mend it and start again
├── TemporaryTrouble        what mends itself or soon will be mended: start again later
│   └── ShardsTaken         another bot has the shards of this one
├── BackupError             a copy of the database cannot be made, or cannot be used
├── MigrationError          the database could not be brought to the newest form, and was left as it was
├── GivenMusicGone          the music that a piece is to go on from was in no copy of the database
└── Refusal                 the bot will not do it, for a reason that a person can be told
    ├── TooManyOnTheWay     of one's own
    ├── QuotaUsed           pieces this hour
    ├── QueueFull           of everybody's
    ├── UnknownModel        with the nearest name
    ├── TooLong             for this server
    ├── UnlearnedStyle      of that model
    ├── UnheardOption       of that model
    ├── BadOption           what the composer will not take, in its own sentence
    ├── NoRival             nobody to meet in a battle
    ├── Busy                with costly work beside composing
    ├── Stopping            the bot is about to stop
    ├── NoSuchPiece         no generation of that number that is there
    ├── TrainingRuns        one training at a time
    ├── TooFewRatings       to learn from
    ├── NoTrainer           the training extra is not installed
    ├── Untrainable         no network, so that nothing could be trained
    └── NothingBefore       no version to go back to
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

log = structlog.stdlib.get_logger(__name__)


class BotError(Exception):
    """Base of the bot's own errors.

    Attributes:
        exit_status: Exit status of a process that ends for it.
    """

    exit_status = 1


class SettingsError(BotError):
    """A setting is missing or wrong; the message says which, and what to do."""

    exit_status = 2


class TemporaryTrouble(BotError):  # noqa: N818 - it passes
    """Something that passes by itself, or that is not the bot's to mend: whoever supervises it is to start it again."""

    exit_status = 75  # EX_TEMPFAIL of sysexits.h


class ShardsTaken(TemporaryTrouble):
    """Another bot has the shards of this one, which therefore has to end."""


class BackupError(BotError):
    """A copy of the database cannot be made, or cannot be used."""


class MigrationError(BotError):
    """The database could not be brought to the newest form, and was left as it was."""


class GivenMusicGone(BotError):  # noqa: N818 - it was to go
    """The music that a piece is to go on from is gone: the database is a copy that was put back."""


class Refusal(BotError):  # noqa: N818 - nothing went wrong
    """Something that will not be done, for a reason that a person can be told."""


@dataclass(eq=False)
class TooManyOnTheWay(Refusal):
    """The person has as many pieces on the way as one may.

    Attributes:
        most: Number of pieces that one may have on the way.
        numbers: Numbers of those pieces, oldest first.
    """

    most: int
    numbers: tuple[int, ...]


@dataclass(eq=False)
class QuotaUsed(Refusal):
    """The person has had the pieces of this hour.

    Attributes:
        quota: Number of pieces an hour.
        next_at: Moment from which the next one may be asked for.
    """

    quota: int
    next_at: datetime


@dataclass(eq=False)
class QueueFull(Refusal):
    """Too many pieces wait.

    Attributes:
        size: Number of pieces that may wait.
        next_at: Moment at which there will likely be room.
    """

    size: int
    next_at: datetime


@dataclass(eq=False)
class UnknownModel(Refusal):
    """No such model, or no such version of it, is installed.

    Attributes:
        name: Name as it was given.
        nearest: The most similar name, if one is similar.
        known: Names of all installed models.
    """

    name: str
    nearest: str | None
    known: tuple[str, ...]


@dataclass(eq=False)
class TooLong(Refusal):
    """Longer than this server allows.

    Attributes:
        longest: Length of the longest piece, in seconds.
    """

    longest: int


@dataclass(eq=False)
class UnlearnedStyle(Refusal):
    """A style that the model was not trained on.

    Attributes:
        model: Name of the model.
        style: See `composer.styles.table.STYLE_NAMES`.
        engines: Names of the models that alone compose in it; empty where networks learn it.
    """

    model: str
    style: str
    engines: tuple[str, ...] = ()


@dataclass(eq=False)
class UnheardOption(Refusal):
    """An option that the model cannot honour.

    Attributes:
        model: Name of the model.
        option: Name of the option, see `composer.request.OPTIONS`.
        engines: Names of the models that alone can; empty where all networks can.
    """

    model: str
    option: str
    engines: tuple[str, ...] = ()


@dataclass(eq=False)
class BadOption(Refusal):
    """An option that the composer will not take.

    Attributes:
        sentence: The composer's own sentence, in English.
        reason: Name of what is wrong, see `composer.errors.RequestError`.
        values: What the sentence tells, by name.
    """

    sentence: str
    reason: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(eq=False)
class NoRival(Refusal):
    """No two contestants can compose what was asked for as a battle.

    Attributes:
        named_twice: Whether one version was named as both, and no two tastes tell it apart.
        option: What two that were named would choose differently, `length` or `style`; empty elsewhere.
    """

    named_twice: bool = False
    option: str = ""


@dataclass(eq=False)
class Busy(Refusal):
    """As much costly work beside composing is under way as may be.

    Attributes:
        next_at: Moment at which there will likely be room.
    """

    next_at: datetime


class Stopping(Refusal):
    """The bot is about to stop and takes nothing new."""


@dataclass(eq=False)
class NoSuchPiece(Refusal):
    """No generation of that number whose music is there."""

    number: int


@dataclass(eq=False)
class TrainingRuns(Refusal):
    """One training at a time, and that one runs."""

    number: int


@dataclass(eq=False)
class TooFewRatings(Refusal):
    """There is too little to learn from.

    Attributes:
        pieces: Rated pieces that are missing.
        people: People who rate that are missing.
    """

    pieces: int
    people: int


@dataclass(eq=False)
class NoTrainer(Refusal):
    """The training extra is not installed.

    Attributes:
        package: Name of the first package that is missing.
    """

    package: str


@dataclass(eq=False)
class Untrainable(Refusal):
    """A model that is no network.

    Attributes:
        name: Name of the model.
    """

    name: str


@dataclass(eq=False)
class NothingBefore(Refusal):
    """A version that no installed one came before."""

    name: str
    version: int


def report(error: BaseException, event: str = "unexpected error", **context: object) -> str:
    """Log an unexpected error with its traceback under a new reference.

    Args:
        error: Error that was caught.
        event: Few words for what was being done.
        **context: What to find it by, such as `generation=142`.

    Returns:
        The reference, such as 7F3A, to be told to the person.
    """
    reference = secrets.token_hex(2).upper()
    log.error(event, reference=reference, exc_info=error, **context)
    return reference
