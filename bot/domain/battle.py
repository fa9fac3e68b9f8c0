"""Battles: two pieces for one request, heard blind, and what people thought of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from composer.training_contract import BOTH_BAD, FIRST_WINS, SECOND_WINS, TIE

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.taste import TasteChoice

LASTS = timedelta(hours=1)
"""How long people may vote in a battle."""

ENOUGH_VOTES = 10
"""Votes that end a battle before its time."""


class Choice(StrEnum):
    """What one person says of a battle."""

    A = FIRST_WINS
    B = SECOND_WINS
    TIE = TIE
    BAD = BOTH_BAD
    """Both are bad; which is better stays open, as in a tie."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """What composes one side of a battle.

    Attributes:
        model: Name of the model.
        version: Version of that model.
        taste: By which taste it composes, where two tastes of one version meet; None where two versions do.
    """

    model: str
    version: int
    taste: TasteChoice | None = None

    def __str__(self) -> str:
        """Model and version as people read them: lstm v8."""
        return f"{self.model} v{self.version}"


@dataclass(frozen=True, slots=True)
class BattleTally:
    """How often each choice was made."""

    a: int = 0
    b: int = 0
    tie: int = 0
    bad: int = 0

    @property
    def votes(self) -> int:
        """All of them."""
        return self.a + self.b + self.tie + self.bad


@dataclass(frozen=True, slots=True, kw_only=True)
class Battle:
    """Two pieces in one message.

    Attributes:
        number: Number of the first piece, A, by which the battle is called.
        second: Number of the other piece, B.
        daily: Whether the bot began it because a server wants one a day.
        message_id: The message that bears both; None before it is posted.
        channel_id: Channel of that message.
        opened_at: Moment when it was posted; None before.
        closed_at: Moment from which votes count no longer.
        shown: Whether the message tells how it ended.
    """

    number: int
    second: int
    daily: bool
    message_id: int | None = None
    channel_id: int | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    shown: bool = False

    @property
    def is_open(self) -> bool:
        """Whether votes count."""
        return self.opened_at is not None and self.closed_at is None


@dataclass(frozen=True, slots=True)
class Ballot:
    """What became of a vote.

    Attributes:
        battle: The battle.
        choice: What counts of that person: the first choice. None where the battle was over before it.
        is_new: Whether it was made just now.
    """

    battle: Battle
    choice: Choice | None
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """One vote in a battle, as a comparison to learn from.

    Attributes:
        battle: Number of the battle.
        first: Number of piece A.
        second: Number of piece B.
        contestants: What composed A and B.
        choice: What that person said.
        person: Discord's id of that person.
        guild_id: The server where it was said; None in direct messages.
    """

    battle: int
    first: int
    second: int
    contestants: tuple[Contestant, Contestant]
    choice: Choice
    person: int
    guild_id: int | None

    @property
    def is_of_tastes(self) -> bool:
        """Whether one version met itself by another taste, which tells nothing of versions."""
        one, other = self.contestants
        return (one.model, one.version) == (other.model, other.version)

    @property
    def is_of_known_tastes(self) -> bool:
        """Whether neither of those tastes was forgotten."""
        return self.is_of_tastes and all(one.taste is not None for one in self.contestants)
