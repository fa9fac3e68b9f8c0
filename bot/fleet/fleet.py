"""The workers of a bot: which there are, what they can, and pieces that are made by them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from bot.domain.generation import GenerationState
from bot.fleet.engine_marks import mark_of
from bot.fleet.handed_pieces import HandedPieces
from bot.pipeline.production import FailedElsewhere
from bot.storage.dialects.faults import is_passing
from bot.storage.dialects.link import CHANNEL
from bot.storage.sharing.turns import QUEUE_CHANGED
from bot.storage.workers.handing_out import HandingOut
from bot.storage.workers.jobs import Jobs, entry_point

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from bot.domain.generation import Generation, Progress
    from bot.domain.order import Options
    from bot.domain.worker_line import WorkerLine
    from bot.fleet.handed_pieces import Waiter
    from bot.fleet.shared_lease import SharedLease
    from bot.storage.dialects.link import Link
    from bot.storage.dialects.postgresql import PostgresServer
    from bot.storage.store import Store
    from bot.worker.loaded_engines import LoadedEngines
    from composer.rendering import Rendition

log = structlog.stdlib.get_logger(__name__)

_LOOK_EVERY = 1.0
"""Seconds between two looks at the rows: what is told comes sooner, but may be lost."""

_PRESENT = 2.0
"""A worker is there as long as it said so within this many times the seconds of a lease."""


class Fleet:
    """The bot's side of all workers.

    Attributes:
        bot: Name of this bot in the rows of what it works on.
        lines: The workers that are there.
    """

    def __init__(
        self,
        server: PostgresServer,
        store: Store,
        engines: LoadedEngines,
        *,
        bot: str,
        lease: SharedLease,
        deadline: float,
    ) -> None:
        """Know none yet.

        Args:
            server: Server that holds the rows.
            store: The rows.
            engines: Engines as this bot knows them.
            bot: Name of this bot in the rows of what it works on.
            lease: How long a worker's lease holds.
            deadline: Seconds that making a piece may take.
        """
        self._server = server
        self._store = store
        self._engines = engines
        self.bot = bot
        self._lease = lease
        self._deadline = deadline
        self._changed: Callable[[], None] = lambda: None
        self._fetch: Callable[[], Awaitable[None]] | None = None
        self._models_changed = True
        self._queue_changed = asyncio.Event()
        self._look_at_queue: Callable[[], Awaitable[None]] | None = None
        self._handing_out = HandingOut(store.database)
        self._handed = HandedPieces(store.leases, every=_LOOK_EVERY)
        self._freed = asyncio.Event()
        self._news = asyncio.Event()
        self.lines: Sequence[WorkerLine] = ()

    def on_change(self, call: Callable[[], None]) -> None:
        """Call something each time that the workers were looked at."""
        self._changed = call

    def on_models(self, call: Callable[[], Awaitable[None]]) -> None:
        """Call something each time that another bot trained a model, or has another version compose."""
        self._fetch = call

    def on_queue(self, call: Callable[[], Awaitable[None]]) -> None:
        """Call something soon after another bot changed the order of the queue."""
        self._look_at_queue = call

    @property
    def places(self) -> int:
        """Pieces that all workers together make at the same time."""
        return sum(line.threads for line in self.lines)

    def lacks(self, line: WorkerLine, models: Iterable[tuple[str, int]]) -> list[str]:
        """Which of some models a worker has not, or not as this bot has them; by name."""
        engines = self._engines
        return [
            name for name, version in models if line.engines.get(f"{name}@{version}") != mark_of(engines, name, version)
        ]

    def can_make(self, options: Options) -> bool:
        """Whether a worker that is there has the engine of a piece, the very one that this bot has."""
        return self._entry(options) is not None

    def _entry(self, options: Options) -> str | None:
        label = f"{options.model}@{options.version}"
        if (options.model, options.version) not in self._engines.installed:
            return None
        mark = mark_of(self._engines, options.model, options.version)
        return entry_point(label, mark) if any(line.engines.get(label) == mark for line in self.lines) else None

    async def make(self, begun: Generation, show: Callable[[Generation, Progress], None]) -> Generation | None:
        """See `OtherMachines`."""
        if begun.state is not GenerationState.COMPOSING or not await self._hand_out(begun):
            standing = (await self._store.leases.standing([begun.number])).get(begun.number)
            if standing is None:
                return None
            if not standing.is_out:
                return begun
        waiter = self._handed.open(begun, show)
        try:
            return await self._outcome(waiter)
        finally:
            self._handed.close(begun.number)

    async def rendition(self, number: int) -> Rendition | None:
        """See `OtherMachines`."""
        return await self._store.renditions.take(number)

    async def _hand_out(self, begun: Generation) -> bool:
        """Hand a piece out as soon as there is a place; False if no worker is there any more that can make it."""
        while (entry := self._entry(begun.options)) is not None:
            self._freed.clear()
            # One more than there are places: so no worker waits for the next.
            if await self._handing_out.hand_out(begun.number, entry, deadline=self._deadline, places=self.places + 1):
                return True
            standing = (await self._store.leases.standing([begun.number])).get(begun.number)
            if standing is None or standing.is_out or standing.state is not GenerationState.COMPOSING:
                return True
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._freed.wait()
        return False

    async def _outcome(self, waiter: Waiter) -> Generation | None:
        number = waiter.generation.number
        while True:
            await waiter.changed.wait()
            waiter.changed.clear()
            match waiter.standing:
                case None:
                    return None
                case standing if standing.error is not None and not standing.is_out:
                    raise FailedElsewhere(standing.error, standing.reference or "")
                case standing if standing.state is GenerationState.COMPOSED and not standing.is_out:
                    return await self._store.generations.get(number)
                case standing if not standing.is_out:
                    return None
                case standing if not standing.is_held:
                    if (taken := await self._take_up(waiter, standing.state)) is not None:
                        return taken

    async def _take_up(self, waiter: Waiter, state: GenerationState) -> Generation | None:
        """Do what is to be done about a piece that nobody holds: it waits for a worker, or its worker is gone."""
        number, options = waiter.generation.number, waiter.generation.options
        entry = self._entry(options)
        if state is GenerationState.COMPOSED or entry is None:
            # Its music is there and wants rendering alone; or there is nobody who could make it.
            return await self._store.leases.take_back(number, lease=self.bot)
        await self._handing_out.hand_out_again(number, entry, deadline=self._deadline)
        return None

    async def keep_watch(self) -> None:
        """Know the workers and hear what they tell, until cancelled."""
        while True:
            try:
                async with self._server.link() as link:
                    await self._watch(link)
            except Exception as error:
                if not (is_passing(error) or isinstance(error, OSError)):
                    log.exception("workers out of sight")
            await asyncio.sleep(_LOOK_EVERY)

    async def _watch(self, link: Link) -> None:
        await link.hear(CHANNEL, self._hear)
        # What was told before is not heard.
        self._models_changed = True
        looking = asyncio.create_task(self._look_again_and_again())
        link.lost_calls(self._news.set)
        looking.add_done_callback(lambda _: self._news.set())
        try:
            while not (link.lost.is_set() or looking.done()):
                self._news.clear()
                if self._models_changed and self._fetch is not None:
                    self._models_changed = False
                    await self._fetch()
                await self._look_for_workers()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._lease.seconds):
                        await self._news.wait()
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _look_again_and_again(self) -> None:
        async with asyncio.TaskGroup() as both:
            both.create_task(self._handed.look_again_and_again())
            both.create_task(self._follow_queue())

    async def _follow_queue(self) -> None:
        while True:
            await self._queue_changed.wait()
            self._queue_changed.clear()
            if self._look_at_queue is not None:
                await self._look_at_queue()
            # However fast the queue moves, its order costs one look a second.
            await asyncio.sleep(_LOOK_EVERY)

    async def _look_for_workers(self) -> None:
        before = self.places
        await self._lease.hear()
        self.lines = await self._store.workers.present(within=_PRESENT * self._lease.seconds)
        if self.places != before:
            log.info("workers", count=len(self.lines), places=self.places)
        self._changed()
        self._freed.set()

    async def tidy(self) -> None:
        """Delete what is noted of jobs that are long done, and sound that nobody fetched."""
        await self._store.renditions.forget_old()
        if self.lines:
            async with self._server.link() as link:
                await Jobs(link).forget_old()

    def _hear(self, word: str) -> None:
        if word == "worker":
            self._news.set()
        elif word == QUEUE_CHANGED:
            self._queue_changed.set()
        elif word == "models":
            self._models_changed = True
            self._news.set()
        else:
            self._handed.hear(word)
            if word.startswith("ended:"):
                self._queue_changed.set()
            if word.startswith(("changed:", "ended:")):
                self._freed.set()
