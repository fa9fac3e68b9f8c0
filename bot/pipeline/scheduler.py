"""Takes pieces in fair turns, has them made, and hands them on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from bot.domain.generation import GenerationState
from bot.errors import report
from bot.pipeline.failure_codes import code_of
from bot.pipeline.place_announcer import PlaceAnnouncer
from bot.pipeline.production import FailedElsewhere
from bot.pipeline.safe_audience import SafeAudience
from bot.pipeline.turn_taker import TurnTaker
from bot.pipeline.workload import Workload
from bot.storage.dialects.faults import is_passing
from bot.storage.dialects.persistence import LeftPieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.audience import Audience
    from bot.domain.generation import Generation, Progress
    from bot.monitoring.health import Health
    from bot.pipeline.delivery_retries import DeliveryRetries
    from bot.pipeline.estimates import Speeds
    from bot.pipeline.production import PieceProducer
    from bot.storage.generations import Generations

log = structlog.stdlib.get_logger(__name__)

MOST_ATTEMPTS = 3
"""How often composing a piece may be begun: it may be what kills the bot."""


class Scheduler:
    """Everything between an accepted row and its delivery.

    Attributes:
        workload: Pieces that wait and those in the making.
        stopping: Whether nothing new is taken any more.
    """

    def __init__(
        self,
        generations: Generations,
        producer: PieceProducer,
        deliveries: DeliveryRetries,
        health: Health,
        speeds: Speeds,
        *,
        workers: int,
    ) -> None:
        """Do nothing yet.

        Args:
            generations: The rows.
            producer: Maker of one piece.
            deliveries: Tries that hand it on.
            health: Keeper of the figures.
            speeds: Speeds by which waits are estimated.
            workers: Pieces made at the same time.
        """
        self._generations = generations
        self._producer = producer
        self._deliveries = deliveries
        self._health = health
        self._worker_count = workers
        self.workload = Workload(speeds, workers=workers)
        self._left, self._taking_up = LeftPieces(self._take_up_left), asyncio.Lock()
        deliveries.on_left(self._left.note)
        self._turns = TurnTaker(generations, self.workload, self._left.note)
        self._making: dict[int, asyncio.Task[None]] = {}
        # Left by an earlier run, maybe delivered without a note; and in nobody's hands, or untold, at the last look.
        self._recovered, self._idle = set[int](), set[int]()
        self._arrived = asyncio.Event()
        self._workers: list[asyncio.Task[None]] = []
        self._works_for: Audience | None = None
        self._audience = SafeAudience(generations)
        self._places = PlaceAnnouncer(generations, self.workload, self._audience, health)
        self.stopping = False
        self._ousted = False

    async def start(self, audience: Audience) -> None:
        """Take up what an earlier run left, and begin to work, unless it is to end again already."""
        self._audience.speak_to(audience)
        for generation in await self._generations.unfinished():
            await self._recover(generation, restarted=True)
        for generation in await self._generations.untold():
            self._audience.ended(generation)
        if self.stopping:
            return
        self._start_workers(audience)
        self._health.scheduler_started = True
        await self._places.announce()
        log.info("scheduler started", workers=self._worker_count, waiting=self.workload.waiting)

    async def sweep(self) -> None:
        """Take up what is on the way by its row, but was in nobody's hands at this look and the last.

        Something kept its state from being noted, or the bot from working on it. The rows are what is true. What
        ended without anybody having been told is told.
        """
        if not self._workers or self.stopping:
            return
        async with self._taking_up:
            await self._sweep()

    async def _sweep(self) -> None:
        rows = {generation.number: generation for generation in await self._generations.unfinished()}
        # A worker that could not begin a piece waits for this.
        self._arrived.set()
        idle = {number for number in rows if number not in self.workload and number not in self._deliveries}
        for number in sorted(idle & self._idle):
            await self._recover(rows[number], restarted=False)
        untold = {generation.number: generation for generation in await self._generations.untold()}
        for number in sorted(untold.keys() & self._idle):
            self._audience.ended(untold[number])
        self._idle = idle | untold.keys()
        await self.queue_changed()

    async def queue_changed(self) -> None:
        """Tell where everybody stands: what another bot began, say, moves those up that wait here."""
        if self._workers and self.workload.waiting:
            await self._places.announce()

    async def stop(self, *, ousted: bool = False) -> None:
        """Break off what is in the making, and put it back into the queue for the next start.

        Args:
            ousted: Whether another bot has these pieces already. Then nothing is put back, where it is being made.
        """
        self.stopping = self._places.silent = True
        self._ousted = ousted
        self._health.scheduler_started = False
        tasks = [*self._workers, *self._making.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._left.stop()
        await self._deliveries.stop()
        await self._audience.stop()
        log.info("scheduler stopped", waiting=self.workload.waiting)

    async def add(self, generation: Generation) -> None:
        """Let an accepted or composed generation wait for its turn; a known one does already."""
        number = generation.number
        if number not in self.workload and number not in self._deliveries:
            self.workload.add(generation)
            try:
                await self._places.announce()
            finally:
                self._arrived.set()

    async def cancel(self, number: int) -> bool:
        """Take a generation out, wherever it is; whether it was still on the way."""
        if self._deliveries.is_sending(number):
            return False
        cancelled = await self._generations.cancelled(number)
        if cancelled is None:
            return False
        self._let_go(number)
        self._ended(cancelled)
        await self._places.announce()
        return True

    async def _take_up_left(self, numbers: set[int]) -> None:
        """Take up pieces that the database's trouble left; that was no attempt of theirs."""
        async with self._taking_up:
            rows = {generation.number: generation for generation in await self._generations.unfinished()}
            for number in sorted(numbers & rows.keys()):
                if number not in self.workload and number not in self._deliveries:
                    await self._recover(rows[number], restarted=False, counted=False)
        # A worker that could not begin a piece waits for this.
        self._arrived.set()
        await self._places.announce()

    async def _recover(self, generation: Generation, *, restarted: bool, counted: bool = True) -> None:
        number = generation.number
        if generation.state is GenerationState.COMPOSING:
            generation = await self._generations.requeue(number, counted=counted) or generation
        if generation.state is GenerationState.ACCEPTED and generation.attempts >= MOST_ATTEMPTS:
            await self._fail(generation, "attempts", RuntimeError(f"begun {generation.attempts} times, never composed"))
            return
        log.info("recovered", generation=number, state=str(generation.state), attempts=generation.attempts)
        self._recovered.add(number)
        if restarted and generation.state is GenerationState.ACCEPTED and generation.started_at is not None:
            self._audience.resumed(generation)
        await self.add(generation)

    def places_are(self, paces: Sequence[float], *, ahead: int = 0) -> None:
        """Have pieces made at other places from now on: on other machines, say, or on this one again.

        Args:
            paces: How much longer work takes at each place, see `bot.pipeline.estimates.waits`.
            ahead: Pieces that are begun beyond those places.
        """
        self.workload.places_are(paces)
        self._worker_count = len(paces) + ahead
        if self._works_for is not None and not self.stopping:
            self._start_workers(self._works_for)
            self._arrived.set()

    def _start_workers(self, audience: Audience) -> None:
        self._works_for = audience
        missing = self._worker_count - len(self._workers)
        self._workers += [asyncio.create_task(self._work(audience)) for _ in range(missing)]

    async def _work(self, audience: Audience) -> None:
        while len(self._workers) <= self._worker_count:
            self._arrived.clear()
            generation = await self._turns.begin_next()
            if generation is None:
                await self._arrived.wait()
                continue
            number = generation.number
            self._making[number] = task = asyncio.create_task(self._make(generation, audience))
            try:
                await self._places.announce()
                await asyncio.wait({task})
            finally:
                self._making.pop(number, None)
                self.workload.finish(number)
            await self._places.announce()
            if not task.cancelled() and (error := task.exception()) is not None:
                # Even the failure could not be noted.
                report(error, "left until the database is there", generation=number)
                self._left.note(number)
        # There are fewer places than there were.
        self._workers = [task for task in self._workers if task is not asyncio.current_task()]

    async def _make(self, generation: Generation, audience: Audience) -> None:
        number = generation.number
        try:
            made = await self._producer.make(generation, self._show)
            if made is not None:
                composed, piece = made
                self._deliveries.start(
                    audience, composed, piece, again=number in self._recovered, delivered=self._audience.ended
                )
        except asyncio.CancelledError:
            # By the bot's stop; where a person cancelled, the row says so and stays as it is.
            if not self._ousted and await self._generations.requeue(number, counted=False) is not None:
                log.info("back in the queue", generation=number)
            raise
        except Exception as error:  # noqa: BLE001 - the worker goes on with the next piece, and the person is told
            if is_passing(error):
                # Nothing is wrong with the piece: it is taken up again when the disk has room, say.
                report(error, "left until the database is there", generation=number)
                self._left.note(number)
            else:
                code = error.code if isinstance(error, FailedElsewhere) else code_of(error)
                await self._fail(generation, code, error)
        finally:
            self._recovered.discard(number)

    async def _fail(self, generation: Generation, code: str, error: Exception) -> None:
        number = generation.number
        reference = report(error, "failed", generation=number, code=code)
        self._health.failed(code)
        failed = await self._generations.failed(number, error=code, reference=reference)
        if failed is not None:
            self._ended(failed)

    def _let_go(self, number: int) -> None:
        """Work no more on a piece. Its row has decided; whatever runs on meanwhile finds it changed."""
        self._deliveries.abandon(number)
        if number in self._making:
            self._making[number].cancel()
        self.workload.remove(number)

    def _ended(self, generation: Generation) -> None:
        # A thread that is not yet done may still tell how far it is: nobody hears that after the end.
        self.workload.finish(generation.number)
        if generation.rival is not None:
            self._let_go(generation.rival)
        self._audience.ended(generation)
        self._health.metrics.outcomes.labels(str(generation.state)).inc()
        if generation.state is GenerationState.CANCELLED:
            log.info("cancelled", generation=generation.number)

    def _show(self, generation: Generation, progress: Progress) -> None:
        if self.workload.note_progress(generation.number, progress):
            self._audience.progressed(generation, progress)
