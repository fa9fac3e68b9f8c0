"""Who is told how a generation fares: the seam between the scheduler and Discord."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from bot.domain.generation import FinishedPiece, Generation, Post, Progress


@dataclass(frozen=True, slots=True)
class Posted:
    """The result stands in this message.

    Attributes:
        channel_id: Channel of the message.
        message_id: The message.
        hidden: Whether Discord shows it to the person alone who asked for it.
    """

    channel_id: int
    message_id: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """Nobody could be reached: the piece waits for `/track`.

    Attributes:
        reason: A short code for the log: "forbidden", "gone".
    """

    reason: str


Delivery: TypeAlias = Posted | Kept


class Audience(Protocol):
    """What the scheduler asks of the Discord side; all of it is called on the event loop."""

    def progressed(self, generation: Generation, progress: Progress, /) -> None:
        """Note how far it is. Called at most a few times a second; must return at once."""

    async def deliver(self, generation: Generation, piece: FinishedPiece, /, *, again: bool) -> Delivery:
        """Make the reply the result, and say where it stands; the scheduler notes it in the row.

        Args:
            generation: Generation in state COMPOSED.
            piece: Files of the generation.
            again: Whether an earlier try may have got through unnoted: look for our own message first.

        Raises:
            Exception: Whatever went wrong that may pass; the scheduler tries again later.
        """

    def found(self, post: Post, /) -> None:
        """Catch up with a result that may have stood there before it was noted: nobody counted its votes."""

    async def failed(self, generation: Generation, /) -> None:
        """Say so, with `generation.reference` and a way to retry."""

    async def cancelled(self, generation: Generation, /) -> None:
        """Say so."""

    async def ready(self, generation: Generation, /) -> None:
        """Call the person, who waited long, to a piece that was delivered.

        Raises:
            Exception: If it surely was not said, and may be later.
        """

    def resumed(self, generation: Generation, /) -> None:
        """Note that the bot was restarted while composing: the piece's place in the queue follows. Returns at once."""
