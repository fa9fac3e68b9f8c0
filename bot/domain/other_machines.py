"""The port to workers on other machines: what the bot asks of whoever makes pieces there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.generation import Generation, Progress
    from composer.rendering import Rendition


class OtherMachines(Protocol):
    """Whoever makes pieces elsewhere."""

    async def make(self, begun: Generation, show: Callable[[Generation, Progress], None]) -> Generation | None:
        """Have a piece made whose composing has begun, or that was handed out before.

        Cancelling this takes nothing out of a worker's hands: only the row does.

        Returns:
            The piece: composed; or as it is still to be composed here, where no worker can. None if its row was
            changed by somebody else.

        Raises:
            FailedElsewhere: A worker could not make it.
        """

    async def rendition(self, number: int) -> Rendition | None:
        """The files of a piece that was made elsewhere, once; None if there are none."""
