"""Speaking to the audience so that nothing it does can harm the work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from bot.domain.generation import GenerationState
from bot.errors import report

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.domain.audience import Audience
    from bot.domain.generation import Generation, Progress


class TellingNotes(Protocol):
    """Notes who was told, as `store.generations` does."""

    async def told(self, number: int, /, *, told: bool = True) -> bool:
        """Note that somebody was told how it ended, or was not after all; whether that was new."""


class SafeAudience:
    """The audience, told beside the work; what goes wrong with telling is only logged."""

    def __init__(self, notes: TellingNotes) -> None:
        """Tell nobody yet.

        Args:
            notes: Notes on who was told the end of a generation.
        """
        self._notes = notes
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
        """Tell that it failed or was cancelled, or is ready, and have that noted."""
        number = generation.number
        if self._audience is None or number in self._telling:
            return
        match generation.state:
            case GenerationState.FAILED:
                work = self._tell(self._audience.failed(generation), number)
            case GenerationState.CANCELLED:
                work = self._tell(self._audience.cancelled(generation), number)
            case _:
                work = self._tell_ready(self._audience, generation)
        self._telling[number] = task = asyncio.create_task(work)
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
            await self._notes.told(number)
        except Exception as error:  # noqa: BLE001 - the row says that it is untold, and the next sweep tells it
            report(error, "could not be told", generation=number)

    async def _tell_ready(self, audience: Audience, generation: Generation) -> None:
        number = generation.number
        try:
            # Noted first: told twice would be worse than not told, and what was told cannot be taken back.
            if not await self._notes.told(number):
                return
            try:
                await audience.ready(generation)
            except Exception:
                await self._notes.told(number, told=False)
                raise
        except Exception as error:  # noqa: BLE001 - the row says that it is untold, and the next sweep tells it
            report(error, "could not be told", generation=number)
