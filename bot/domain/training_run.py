"""What travels between the command, the trainer and the rows: a training as it is asked for, goes on and ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Activate(StrEnum):
    """Whether the candidate is to compose from then on."""

    IF_BETTER = "if-better"
    NEVER = "never"
    ALWAYS = "always"


class RunState(StrEnum):
    """Where a training stands; the row says so."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    """The bot died or was stopped meanwhile."""


class Decision(StrEnum):
    """What became of the candidate."""

    ACTIVATED = "activated"
    KEPT = "kept"
    """Installed, but another version composes."""
    REFUSED = "refused"
    """Not installed."""


_MOST_SAID = 300
"""Characters of what a process said that people read."""


def line_of(text: str) -> str:
    """The last line of what a process said, short and unable to break out of its backticks."""
    said = [line.strip() for line in text.splitlines() if line.strip()]
    return said[-1].replace("`", "'")[:_MOST_SAID] if said else ""


class TrainingError(Exception):
    """A training that came to nothing; the live model is untouched.

    Attributes:
        code: Code of the sentence that people read, see the texts under `training.failed`.
        said: Words of the trainer or the composer itself, in one short line of English; may be empty.
    """

    def __init__(self, code: str, said: str = "") -> None:
        said = line_of(said)
        super().__init__(f"{code} {said}".rstrip())
        self.code = code
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRequest:
    """A training as it is asked for.

    Attributes:
        model: Model whose weights it begins with, as NAME or NAME@VERSION.
        minutes: Minutes that it may take.
        activate: Whether the candidate is to compose from then on.
        user_id: Person who asks.
        guild_id: Server where it is asked for; None in direct messages.
        channel_id: Channel where it is told.
        locale: Discord's name of the person's language.
    """

    model: str
    minutes: int
    activate: Activate
    user_id: int
    guild_id: int | None
    channel_id: int
    locale: str = "en-US"

    def __post_init__(self) -> None:
        """Refuse what has no time."""
        if self.minutes < 1:
            raise ValueError(f"a training needs at least a minute, not {self.minutes}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """One row: a training, and how far it is.

    Attributes:
        number: Number of the training.
        model: Name of the model.
        parent: Version that it began with.
        version: Version that the candidate gets.
        user_id: Person who asked; None once that person's traces were removed.
        state: State of the row.
        wanted: Training as it was asked for.
        message_id: Message that tells of it; None before it is posted.
        started_at: Moment of the beginning, in UTC like all times.
        ended_at: Moment of the end; None while it runs.
    """

    number: int
    model: str
    parent: int
    version: int
    user_id: int | None
    state: RunState
    wanted: TrainingRequest
    message_id: int | None
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the trainer is.

    Attributes:
        stage: Name of the stage, one of `training_contract.STAGES`.
        step: Step of this stage, from 0 to `steps`.
        steps: Number of steps of this stage.
        loss: Loss of the last step; None where the stage has none.
        seconds_left: Seconds until the whole training ends.
    """

    stage: str
    step: int
    steps: int
    loss: float | None
    seconds_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the trainer found; see `training_contract.ReportRecord`.

    Attributes:
        model: Name of the model.
        parent: Version that it began with.
        version: Version of the candidate; None where there is none, as the next two.
        file: Name of its file.
        sha256: SHA-256 of the file, in hex.
        accepted: Whether the gate let it through.
        reason: Reason of the verdict, one of `training_contract.REASONS`.
        pieces: Number of rated pieces that were learned from.
        people: Number of people who rated them.
        seconds: Seconds that it took.
        before: Figures of the parent, some of `training_contract.FIGURES`.
        after: Figures of the candidate, some of them too.
        told: Whole report as the trainer wrote it.
    """

    model: str
    parent: int
    version: int | None
    file: str | None
    sha256: str | None
    accepted: bool
    reason: str
    pieces: int
    people: int
    seconds: float
    before: Mapping[str, float]
    after: Mapping[str, float]
    told: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a training ended.

    Attributes:
        state: State of the row from now on.
        decision: Decision about the candidate; None where there was none to decide on.
        report: Report of the trainer; None if it wrote none.
        failure: Code of why it came to nothing, as in `TrainingError`.
        said: Words beside that code, as in `TrainingError`.
    """

    state: RunState
    decision: Decision | None = None
    report: Report | None = None
    failure: str = ""
    said: str = ""
