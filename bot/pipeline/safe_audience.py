"""Speaking to the audience so that nothing it does can harm the work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from bot.domain.generation import GenerationState
from bot.errors import report

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from bot.domain.audience import Audience
    from bot.domain.generation import Generation, Progress


class SafeAudience:
    """The audience, told beside the work; what goes wrong with telling is only logged."""

    def __init__(self, told: Callable[[int], Awaitable[None]]) -> None:
        """Tell nobody yet.

        Args:
            told: Notes that the end of a generation was told.
        """
        self._told = told
        self._audience: Audience | None = None
        self._telling: dict[int, asyncio.Task[None]] = {}

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

    def ended(self, generation: Generation) -> None:
        """Tell that it failed or was cancelled, and have that noted once it is told."""
        number = generation.number
        if self._audience is None or number in self._telling:
            return
        failed = generation.state is GenerationState.FAILED
        saying = self._audience.failed(generation) if failed else self._audience.cancelled(generation)
        self._telling[number] = task = asyncio.create_task(self._tell(saying, number))
        task.add_done_callback(lambda _: self._telling.pop(number, None))

    def resumed(self, generation: Generation) -> None:
        """Tell that it waits again."""
        if self._audience is not None:
            try:
                self._audience.resumed(generation)
            except Exception as error:  # noqa: BLE001 - the work goes on
                report(error, "could not be told", generation=generation.number)

    async def stop(self) -> None:
        """Say no more."""
        tasks = list(self._telling.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell(self, saying: Coroutine[Any, Any, None], number: int) -> None:
        try:
            await saying
            await self._told(number)
        except Exception as error:  # noqa: BLE001 - the row says that it is untold, and the next sweep tells it
            report(error, "could not be told", generation=number)
