"""Handing finished pieces to Discord, again and again until it takes them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import DBAPIError

from bot.domain.audience import Posted
from bot.domain.generation import GenerationState, Post
from bot.domain.locks import OwnLocks
from bot.errors import ShardsTaken, TemporaryTrouble, report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.clock import Clock
    from bot.domain.audience import Audience, Delivery
    from bot.domain.generation import FinishedPiece, Generation
    from bot.domain.locks import Locks
    from bot.monitoring.health import Health
    from bot.storage.generations import Generations

log = structlog.stdlib.get_logger(__name__)

PAUSES = (5.0, 30.0, 120.0, 600.0, 1800.0)
"""Seconds between the tries, after the last of which a piece waits for `/track`."""

GRACE = 5.0
"""Seconds that deliveries under way get when the bot stops."""


class DeliveryRetries:
    """One task for each piece that is being delivered, in nobody's way."""

    def __init__(
        self,
        generations: Generations,
        health: Health,
        clock: Clock,
        *,
        locks: Locks | None = None,
        pauses: Sequence[float] = PAUSES,
        grace: float = GRACE,
    ) -> None:
        self._generations = generations
        self._health = health
        self._clock = clock
        self._locks = locks or OwnLocks()
        self._pauses = pauses
        self._grace = grace
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._waiting: set[int] = set()
        self._left: Callable[[int], None] = lambda _: None

    def __contains__(self, number: int) -> bool:
        """Whether a generation is being delivered."""
        return number in self._tasks

    def is_sending(self, number: int) -> bool:
        """Whether a generation may arrive at any moment; one that waits for its next try may not."""
        return number in self._tasks and number not in self._waiting

    def start(
        self,
        audience: Audience,
        generation: Generation,
        piece: FinishedPiece,
        *,
        again: bool,
        delivered: Callable[[Generation], None],
    ) -> None:
        """Deliver, note it in the row, and call `delivered` with what was noted; `again` as in `Audience.deliver`."""
        number = generation.number
        work = self._deliver(audience, generation, piece, again=again, delivered=delivered)
        self._tasks[number] = task = asyncio.create_task(work)
        task.add_done_callback(lambda _: self._tasks.pop(number, None))

    def on_left(self, call: Callable[[int], None]) -> None:
        """Call something with the number of each piece that the database's trouble keeps from its end."""
        self._left = call

    def abandon(self, number: int) -> None:
        """Deliver no further: the person cancelled at the last moment."""
        if number in self._tasks:
            self._tasks[number].cancel()

    async def stop(self) -> None:
        """Give those under way some seconds; the next start takes up what is left."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=self._grace)
        left = list(self._tasks.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _deliver(
        self,
        audience: Audience,
        generation: Generation,
        piece: FinishedPiece,
        *,
        again: bool,
        delivered: Callable[[Generation], None],
    ) -> None:
        try:
            await self._go_on(audience, generation, piece, again=again, delivered=delivered)
        except ShardsTaken as error:
            log.warning("not delivered by this bot", generation=generation.number, reason=str(error))
        except (DBAPIError, TemporaryTrouble) as error:
            # The row still says that it is to be delivered. Whoever takes it up looks whether it stands there already.
            report(error, "delivery not noted", generation=generation.number)
            self._tasks.pop(generation.number, None)
            self._left(generation.number)

    async def _go_on(
        self,
        audience: Audience,
        generation: Generation,
        piece: FinishedPiece,
        *,
        again: bool,
        delivered: Callable[[Generation], None],
    ) -> None:
        delivery, early = None, again
        for pause in (*self._pauses, None):
            if not await self._is_wanted(generation.number):
                log.info("no longer wanted", generation=generation.number)
                return
            delivery = await self._try(audience, generation, piece, again=again)
            if delivery is not None or pause is None:
                break
            again = True
            self._waiting.add(generation.number)
            try:
                await asyncio.sleep(pause)
            finally:
                self._waiting.discard(generation.number)
        post = await self._note(generation, piece, delivery, delivered)
        if early and post is not None and generation.rival is None:
            audience.found(post)

    async def _is_wanted(self, number: int) -> bool:
        """Whether the row still waits for its delivery, by this bot: between two tries it may have been erased.

        A row changes once only, but what is sent cannot be taken back. So a bot whose shards are a successor's by now
        finds out before it sends anything.
        """
        await self._locks.look()
        generation = await self._generations.get(number)
        return generation is not None and generation.state is GenerationState.COMPOSED

    async def _try(
        self, audience: Audience, generation: Generation, piece: FinishedPiece, *, again: bool
    ) -> Delivery | None:
        try:
            return await audience.deliver(generation, piece, again=again)
        except Exception as error:  # noqa: BLE001 - whatever it was, the piece is there and will be tried again
            self._health.failed("delivery")
            report(error, "delivery failed", generation=generation.number)
            return None

    async def _note(
        self,
        generation: Generation,
        piece: FinishedPiece,
        delivery: Delivery | None,
        delivered: Callable[[Generation], None],
    ) -> Post | None:
        number = generation.number
        if isinstance(delivery, Posted):
            where = Post(
                message_id=delivery.message_id,
                number=number,
                channel_id=delivery.channel_id,
                guild_id=generation.guild_id,
                posted_at=self._clock(),
            )
            if delivery.hidden and not generation.private:
                await self._generations.reply_is(where, hidden=True)
            noted = await self._generations.delivered(number, where, piece.seconds_spent)
            if noted is None:
                log.info("no longer wanted", generation=number, message=delivery.message_id)
                return None
            self._health.metrics.outcomes.labels("delivered").inc()
            log.info("delivered", generation=number, message=delivery.message_id)
            delivered(noted)
            return where
        await self._generations.kept(number)
        self._health.metrics.outcomes.labels("kept").inc()
        log.info("kept", generation=number, reason=delivery.reason if delivery else "unreachable")
        return None
