"""A generation: its row, its music, its progress and its messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.order import Options


class GenerationState(StrEnum):
    """Where a generation stands; the row says so, and each change is one transaction."""

    ACCEPTED = "accepted"
    COMPOSING = "composing"
    COMPOSED = "composed"
    """Its music is in the row; it is rendered and delivered from there."""
    DELIVERED = "delivered"
    KEPT = "kept"
    """Composed, but nowhere to be delivered: it waits for `/track`."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    DELETED = "deleted"
    """Taken back by its composer: its music is gone."""


ON_THE_WAY = (GenerationState.ACCEPTED, GenerationState.COMPOSING, GenerationState.COMPOSED)
THERE = (GenerationState.DELIVERED, GenerationState.KEPT)
WRITTEN = (GenerationState.COMPOSED, *THERE)
"""States in which the music is there. The message of a piece may be seen a moment before its row says delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One row: a piece asked for, and how far it is.

    Attributes:
        number: Number by which people name it: #142.
        request_id: Number of the interaction that asked for it.
        user_id: Person who asked for it; None once that person has had it made nobody's.
        guild_id: Server where it was asked for; None in direct messages.
        channel_id: Channel where it goes.
        locale: Language of that person.
        private: Whether only that person sees it.
        options: Options that decide the music.
        state: State of the row.
        attempts: Times that composing it was begun.
        created_at: Moment of the order, in UTC like all times. Its reply token dies 15 minutes later.
        started_at: Moment when composing began, the last time.
        composed_at: Moment when its music was in the row.
        delivered_at: Moment when it was posted.
        title: "Nocturne in E flat major"; None before it is composed, as the next five.
        remark: Line of the engine's own about the piece; empty where there is nothing to say.
        shared_run: Notes of the longest run of its melody that stands in the training music; None where unknown.
        people_run: The same of people's own pieces, in the mean.
        chosen_key: Key that it stands in.
        chosen_metre: Metre, such as "3/4".
        beats_per_minute: Felt beats a minute.
        bars: Number of its bars.
        seconds_spent: Seconds by stage: sample, rank, write, render, encode, draw.
        message_id: The message that bears the result.
        reply_message_id: The message that shows the progress and becomes the result.
        reply_token: Token of the interaction, as long as there is something to say.
        reference: Reference of its failure, as in the log.
        error: The kind of its failure, a short code.
        another_of: The generation that this is another of.
        parent: Number of the piece that it goes on from; None where it goes on from none of ours.
        treatment: What it makes of given music, see `composer.music.given.Treatment`; None where nothing was given.
        alone: Whether it leaves that music out.
        rival: Number of the piece that it meets in a battle; None outside of battles.
        taste: Number of the taste by which it is composed, see `bot.domain.taste`; None where by none.
    """

    number: int
    request_id: int
    user_id: int | None
    guild_id: int | None
    channel_id: int
    locale: str
    private: bool
    options: Options
    state: GenerationState
    attempts: int
    created_at: datetime
    started_at: datetime | None = None
    composed_at: datetime | None = None
    delivered_at: datetime | None = None
    title: str | None = None
    remark: str | None = None
    shared_run: int | None = None
    people_run: float | None = None
    chosen_key: str | None = None
    chosen_metre: str | None = None
    beats_per_minute: float | None = None
    bars: int | None = None
    seconds_spent: Mapping[str, float] = field(default_factory=dict)
    message_id: int | None = None
    reply_message_id: int | None = None
    reply_token: str | None = field(default=None, repr=False)
    reference: str | None = None
    error: str | None = None
    another_of: int | None = None
    parent: int | None = None
    treatment: str | None = None
    alone: bool | None = None
    rival: int | None = None
    taste: int | None = None

    @property
    def told_as(self) -> int:
        """Number by which its message is known: in a battle that of the first piece, whose message is both's."""
        return self.number if self.rival is None else min(self.number, self.rival)


@dataclass(frozen=True, slots=True, kw_only=True)
class Music:
    """What composing puts into a row.

    Attributes:
        midi: Bytes of the MIDI file, from which all else is rendered; None where the piece is sound.
        sound: Bytes of the recording that stands in its place, see `composer.audio.recording`; None of all others.
        tokens: Tokens of the same music, see `composer.tokens.vocabulary`; empty from an engine that has none.
        title: Title of the piece.
        remark: Line of the engine's own about the piece; empty where there is nothing to say.
        chosen_key: Key that it stands in; None if in none, as in music without metre.
        chosen_metre: Metre, such as "3/4"; None if it has none.
        beats_per_minute: Felt beats a minute; None if it has no beats.
        bars: Number of its bars; None if it has none.
        measures: Measures of the piece, see `composer.music.measures`.
        seconds_spent: Seconds by stage.
        shared_run: Notes of the longest run that its melody shares, see `composer.novelty`; None if it has no metre.
        people_run: The same of people's own pieces, in the mean.
    """

    midi: bytes | None
    tokens: tuple[int, ...]
    title: str
    chosen_key: str | None
    chosen_metre: str | None
    beats_per_minute: float | None
    bars: int | None
    measures: Mapping[str, float]
    seconds_spent: Mapping[str, float]
    remark: str = ""
    sound: bytes | None = None
    shared_run: int | None = None
    people_run: float | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """Not begun.

    Attributes:
        position: Place in the queue; 1 is next.
        wait: Seconds until it begins, by the speed measured so far.
    """

    position: int
    wait: float


@dataclass(frozen=True, slots=True)
class Composing:
    """Bars that all candidates have begun, and bars in all."""

    bar: int
    bars: int


@dataclass(frozen=True, slots=True)
class Rendering:
    """Composed; the sound is being made."""


Progress: TypeAlias = Queued | Composing | Rendering


@dataclass(frozen=True, slots=True)
class FinishedPiece:
    """A generation as it is heard, seen and opened; made from the row alone, the same bytes every time."""

    midi: bytes = field(repr=False)
    """Empty where nobody wrote notes."""
    mp3: bytes = field(repr=False)
    png: bytes = field(repr=False)
    file_name: str
    """Without suffix: `142-nocturne-in-e-flat-major`."""
    seconds_spent: Mapping[str, float] = field(default_factory=dict, compare=False)
    network_share: str = ""
    """How much of it networks play, see `composer.rendering.Rendition`."""
    rival: FinishedPiece | None = field(default=None, compare=False)
    """The piece that it meets in a battle, which is posted with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message that bears a generation's result; `/track` makes more of them."""

    message_id: int
    number: int
    channel_id: int
    guild_id: int | None
    posted_at: datetime
