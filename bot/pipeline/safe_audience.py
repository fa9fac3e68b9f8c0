"""Speaking to the audience so that nothing it does can harm the work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.errors import report

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.domain.audience import Audience
    from bot.domain.generation import Generation, Progress


class SafeAudience:
    """The audience, told beside the work; what goes wrong with telling is only logged."""

    def __init__(self) -> None:
        self._audience: Audience | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def speak_to(self, audience: Audience) -> None:
        """Tell this one from now on; before, nobody is told."""
        self._audience = audience

    def progressed(self, generation: Generation, progress: Progress) -> None:
        """Tell how far a generation is."""
        if self._audience is not None:
            try:
                self._audience.progressed(generation, progress)
            except Exception as error:  # noqa: BLE001 - the work goes on
                report(error, "could not be told", generation=generation.number)

    def failed(self, generation: Generation) -> None:
        """Tell that it broke."""
        if self._audience is not None:
            self._tell(self._audience.failed(generation), generation)

    def cancelled(self, generation: Generation) -> None:
        """Tell that it will not come."""
        if self._audience is not None:
            self._tell(self._audience.cancelled(generation), generation)

    def resumed(self, generation: Generation) -> None:
        """Tell that it waits again."""
        if self._audience is not None:
            try:
                self._audience.resumed(generation)
            except Exception as error:  # noqa: BLE001 - the work goes on
                report(error, "could not be told", generation=generation.number)

    async def stop(self) -> None:
        """Say no more."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _tell(self, saying: Coroutine[Any, Any, None], generation: Generation) -> None:
        async def tell() -> None:
            try:
                await saying
            except Exception as error:  # noqa: BLE001 - nobody else is there to be told
                report(error, "could not be told", generation=generation.number)

        task = asyncio.create_task(tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
