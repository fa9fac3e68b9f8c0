"""Takes the piece whose turn it is, among those of this bot."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

from bot.errors import report

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.generation import Generation
    from bot.pipeline.workload import Workload
    from bot.storage.generations import Generations


class TurnTaker:
    """Begins pieces, one at a time: what one worker has begun, another must not take for erased."""

    def __init__(self, generations: Generations, workload: Workload, none_begun: Callable[[], None]) -> None:
        """Take a name for this process in the rows of what it composes.

        Args:
            generations: The rows.
            workload: Pieces of this bot.
            none_begun: Called where a piece waits and could not be begun.
        """
        self._generations = generations
        self._workload = workload
        self._none_begun = none_begun
        self._lease = secrets.token_hex(8)
        self._one = asyncio.Lock()

    async def begin_next(self) -> Generation | None:
        """The piece whose turn it is, from now on in the making; None if none waits or could be begun."""
        async with self._one:
            while (begun := self._workload.to_go_on or await self._begin_composing()) is not None:
                if self._workload.begin(begun):
                    return begun
            return None

    async def _begin_composing(self) -> Generation | None:
        while numbers := self._workload.to_compose:
            beginning = asyncio.create_task(self._generations.begin(numbers, lease=self._lease))
            try:
                begun = await asyncio.shield(beginning)
            except asyncio.CancelledError:
                if (begun := await beginning) is not None:
                    await self._generations.requeue(begun.number, counted=False)
                raise
            except Exception as error:  # noqa: BLE001 - the worker goes on, and tries again soon
                report(error, "none begun")
                self._none_begun()
                return None
            if begun is not None:
                return begun
            for number in numbers:
                # Somebody erased it, say.
                self._workload.remove(number)
        return None
