"""A worker: takes pieces, makes as many at a time as it has threads, and hands them over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.domain.worker_line import WorkerLine
from bot.errors import report
from bot.fleet.engine_marks import marks_of
from bot.fleet.progress_teller import ProgressTeller
from bot.storage.dialects.faults import is_passing
from bot.storage.dialects.link import CHANNEL
from bot.storage.workers.jobs import HEARD, Jobs, entry_point

if TYPE_CHECKING:
    from bot.fleet.fetched_models import FetchedModels
    from bot.fleet.piece_maker import PieceMaker
    from bot.fleet.shared_clock import SharedClock
    from bot.fleet.shared_lease import SharedLease
    from bot.storage.dialects.link import Link
    from bot.storage.dialects.postgresql import PostgresServer
    from bot.storage.store import Store
    from bot.storage.workers.jobs import PieceJob
    from bot.worker.loaded_engines import LoadedEngines

log = structlog.stdlib.get_logger(__name__)

RENEWALS = 3
"""How often a lease is renewed while it holds: one renewal may be late."""

_LONGEST_PAUSE = 5.0
"""Seconds between two renewals at most: it is heard in time that leases are to be shorter."""

_AGAIN_AFTER = 1.0
"""Seconds until a database that went away is looked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who a worker is, and how much it takes.

    Attributes:
        name: Name that no other worker has.
        host: Name of its machine, for people.
        threads: Pieces made at the same time.
        lease: How long a lease holds without being renewed.
    """

    name: str
    host: str
    threads: int
    lease: SharedLease


class Worker:
    """Everything that one process does for others."""

    def __init__(
        self,
        server: PostgresServer,
        store: Store,
        engines: LoadedEngines,
        models: FetchedModels,
        maker: PieceMaker,
        clock: SharedClock,
        terms: Terms,
    ) -> None:
        """Take nothing yet.

        Args:
            server: Server that holds the rows.
            store: The rows.
            engines: Engines that compose here.
            models: Models that come through the database.
            maker: Maker of one piece.
            clock: Clock that is set by the server's.
            terms: Who it is, and how much it takes.
        """
        self._server = server
        self._store = store
        self._engines = engines
        self._models = models
        self._maker = maker
        self._clock = clock
        self._terms = terms
        self._jobs: Jobs | None = None
        self._hands: dict[int, tuple[PieceJob, asyncio.Task[None]]] = {}
        self._wake = asyncio.Event()
        self._fetch = asyncio.Event()

    async def work(self, stop: asyncio.Event) -> None:
        """Take pieces until `stop` is set; then let others make what is not done."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._wake.set())
        try:
            while not stop.is_set():
                await self._linked(stop)
                if not stop.is_set():
                    await asyncio.wait({stopping}, timeout=_AGAIN_AFTER)
        finally:
            stopping.cancel()
            await self._put_down()
            await self._sign_off()

    async def _linked(self, stop: asyncio.Event) -> None:
        """Work for as long as the server is there; what is in the making goes on without it."""
        link: Link | None = None
        try:
            async with self._server.link() as link:
                link.lost_calls(self._wake.set)
                jobs = Jobs(link)
                await jobs.install()
                await link.hear(HEARD, lambda _: self._wake.set())
                await link.hear(CHANNEL, self._hear)
                await self._take_turns(stop, link, jobs)
        except Exception as error:
            if not (is_passing(error) or isinstance(error, OSError) or (link is not None and link.lost.is_set())):
                raise
            log.warning("database away", error=str(getattr(error, "orig", error)))
        finally:
            self._jobs = None

    async def _take_turns(self, stop: asyncio.Event, link: Link, jobs: Jobs) -> None:
        await self._clock.set_by(self._store.database)
        await self._terms.lease.hear()
        await self._models.fetch()
        self._jobs = jobs
        teller = ProgressTeller(link, self._maker.progress)
        renewing = asyncio.create_task(self._renew_again_and_again(jobs))
        telling = asyncio.create_task(teller.tell_again_and_again())
        renewing.add_done_callback(lambda _: self._wake.set())
        log.info(
            "takes pieces", worker=self._terms.name, threads=self._terms.threads, engines=len(self._engines.installed)
        )
        try:
            while not (stop.is_set() or link.lost.is_set() or renewing.done()):
                self._wake.clear()
                if self._fetch.is_set():
                    self._fetch.clear()
                    await self._models.fetch()
                    await self._sign_on()
                await self._take_what_fits(jobs)
                # Jobs whose worker died are nobody's news: they are looked for.
                await asyncio.wait({waking := asyncio.create_task(self._wake.wait())}, timeout=self._pause)
                waking.cancel()
            if stop.is_set():
                await self._put_down()
        finally:
            renewing.cancel()
            telling.cancel()
            ended = await asyncio.gather(renewing, telling, return_exceptions=True)
        if isinstance(ended[0], Exception):
            raise ended[0]

    @property
    def _pause(self) -> float:
        return min(self._terms.lease.seconds / RENEWALS, _LONGEST_PAUSE)

    async def _take_what_fits(self, jobs: Jobs) -> None:
        marks = marks_of(self._engines)
        entries = [entry_point(label, mark) for label, mark in marks.items()]
        while len(self._hands) < self._terms.threads:
            job = await jobs.take(entries, lapsed_after=self._terms.lease.seconds)
            if job is None:
                return
            if job.number in self._hands:
                # Its heartbeat was late, and PgQueuer gives it to us a second time.
                continue
            task = asyncio.create_task(self._do(job))
            self._hands[job.number] = (job, task)

    def _let_go(self, number: int) -> None:
        self._hands.pop(number, None)
        self._wake.set()

    async def _do(self, job: PieceJob) -> None:
        try:
            done = await self._maker.make(job)
        except Exception as error:  # noqa: BLE001 - the lease ends by itself, and the job comes again
            report(error, "left to another worker", generation=job.number)
        else:
            await self._tell_done(job, done=done)
        finally:
            self._let_go(job.number)

    async def _tell_done(self, job: PieceJob, *, done: bool) -> None:
        """Take a job out, or leave it to others; where that cannot be told, it comes again, and the row knows."""
        jobs = self._jobs
        if jobs is None:
            return
        try:
            await (jobs.done(job) if done else jobs.give_back(job))
        except Exception as error:  # noqa: BLE001 - the link is cut, say
            log.info("job not taken out", generation=job.number, error=str(error))

    async def _renew_again_and_again(self, jobs: Jobs) -> None:
        while True:
            await self._sign_on()
            await jobs.keep_up([job for job, _ in self._hands.values()])
            for number in await self._maker.renew():
                log.warning("lease lost", generation=number)
                self._break_off(number)
            await self._clock.set_by(self._store.database)
            await self._terms.lease.hear()
            await asyncio.sleep(self._pause)

    async def _sign_on(self) -> None:
        line = WorkerLine(
            name=self._terms.name,
            host=self._terms.host,
            threads=self._terms.threads,
            busy=len(self._hands),
            engines=marks_of(self._engines),
            speeds=self._maker.speeds.all(),
            renders=self._maker.renders,
        )
        await self._store.workers.note(line)

    def _hear(self, word: str) -> None:
        what, _, which = word.partition(":")
        if what == "ended" and which.isdecimal():
            self._break_off(int(which))
        elif what == "models":
            self._fetch.set()
            self._wake.set()

    def _break_off(self, number: int) -> None:
        """End what nobody waits for any more."""
        if number in self._hands:
            self._maker.disown(number)
            self._hands[number][1].cancel()

    async def _put_down(self) -> None:
        """Let others make what is not done."""
        tasks = [task for _, task in self._hands.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _sign_off(self) -> None:
        try:
            await self._store.workers.sign_off(self._terms.name)
        except Exception as error:  # noqa: BLE001 - it is forgotten when its time has come
            log.info("not signed off", error=str(getattr(error, "orig", error)))
