"""A piece as it is ordered, the options that decide its music, and the settings that fill in what is left open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A piece asked for, as it was asked; what is None is settled by the person's and the server's settings.

    Attributes:
        request_id: Number of the interaction; the same one is accepted once.
        user_id: Person who asks.
        guild_id: The server; None in direct messages.
        channel_id: Channel that gets the result.
        locale: Discord's name of the person's language.
        private: Whether only the person sees it.
        seconds: Length of the audio.
        model: NAME or NAME@VERSION.
        style: See `composer.tokens.conditions.STYLES`.
        instrument: See `composer.performance.instruments`.
        key: Key as a person writes it.
        tempo: Felt beats a minute.
        creativity: 0 to 1.
        seed: Start of the random generator.
        reply_token: Token of the interaction, valid for 15 minutes after `asked_at`; delivery takes it out of the row.
        asked_at: Moment of the interaction, if known.
        another_of: The generation whose Another, Change or Retry this is.
    """

    request_id: int
    user_id: int
    guild_id: int | None
    channel_id: int
    locale: str = "en-US"
    private: bool | None = None
    seconds: float | None = None
    model: str | None = None
    style: str | None = None
    instrument: str | None = None
    key: str | None = None
    tempo: float | None = None
    creativity: float | None = None
    seed: int | None = None
    reply_token: str | None = field(default=None, repr=False)
    asked_at: datetime | None = None
    another_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Everything that decides the music; the same options give the same bytes.

    Attributes:
        seconds: Length of the audio.
        model: Name of the model.
        version: Version of the model.
        seed: Start of the random generator.
        style: See `composer.tokens.conditions.STYLES`.
        instrument: Name of the instrument; None takes the one that suits the style.
        key: Key as a person writes it; None lets the seed decide.
        tempo: Felt beats a minute; None lets the seed decide.
        creativity: 0 to 1.
    """

    seconds: float
    model: str
    version: int
    seed: int
    style: str
    instrument: str | None = None
    key: str | None = None
    tempo: float | None = None
    creativity: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a person's pieces are like where a command leaves it open."""

    seconds: float | None = None
    model: str | None = None
    style: str | None = None
    instrument: str | None = None
    key: str | None = None
    tempo: float | None = None
    creativity: float | None = None
    private: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """What the people who manage a server decided.

    Attributes:
        channel_id: The only channel where pieces are composed; None is any.
        longest: Length of the longest piece, in seconds.
        per_hour: Pieces an hour that one person may have.
        model: Model that composes where neither command nor person names one.
        training: Whether ratings from here may train the next model.
    """

    channel_id: int | None = None
    longest: int = 300
    per_hour: int = 20
    model: str | None = None
    training: bool = True
