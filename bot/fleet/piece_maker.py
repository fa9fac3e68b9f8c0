"""Making one piece on a worker: taken by its row, made as everywhere, and handed over by its lease alone."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import TYPE_CHECKING

import structlog

from bot.domain.generation import Composing
from bot.errors import report
from bot.fleet.leased_rows import LeasedRows
from bot.fleet.progress_teller import PieceProgress
from bot.pipeline.estimates import Speeds
from bot.pipeline.failure_codes import code_of
from bot.pipeline.production import PieceProducer
from bot.pipeline.scheduler import MOST_ATTEMPTS
from bot.storage.dialects.persistence import persist
from composer.errors import MachineError
from composer.rendering import Rendition

if TYPE_CHECKING:
    from bot.domain.composer_port import Composer
    from bot.domain.generation import FinishedPiece, Generation, Progress
    from bot.fleet.shared_lease import SharedLease
    from bot.monitoring.health import Health
    from bot.storage.store import Store
    from bot.storage.workers.jobs import PieceJob

log = structlog.stdlib.get_logger(__name__)


class PieceMaker:
    """Makes pieces.

    Attributes:
        progress: How far each is.
        speeds: How fast they were made here.
        renders: Whether sound is made here.
    """

    def __init__(
        self, store: Store, composer: Composer, health: Health, *, name: str, lease: SharedLease, renders: bool
    ) -> None:
        """Make none yet.

        Args:
            store: The rows.
            composer: Composer of this machine.
            health: Keeper of the figures.
            name: Name of this worker.
            lease: How long a lease holds.
            renders: Whether there is all that sound needs; otherwise whoever delivers a piece renders it.
        """
        self._store = store
        self._composer = composer
        self._health = health
        self._name = name
        self._lease = lease
        self.renders = renders
        self._leases: dict[int, str] = {}
        self.progress = PieceProgress()
        self.speeds = Speeds()

    async def make(self, job: PieceJob) -> bool:
        """Do a job; whether it is done with, whatever came of it. A job that is not is another worker's."""
        number, lease = job.number, f"{self._name}/{secrets.token_hex(4)}"
        leases = self._store.leases
        taken = await persist(lambda: leases.take(number, lease=lease, seconds=self._lease.seconds), "taking a piece")
        if taken is None:
            log.info("no longer wanted", generation=number)
            return True
        self._leases[number] = lease
        try:
            return await self._make_taken(job, taken, lease)
        except asyncio.CancelledError:
            # By ourselves alone, and the task ends: because nobody waits for the piece any more, or this worker ends.
            if self._leases.get(number) == lease:
                return not await self._leave(number, lease)
            log.info("broken off", generation=number)
            return True
        finally:
            self._leases.pop(number, None)
            self.progress.forget(number)

    async def _make_taken(self, job: PieceJob, taken: Generation, lease: str) -> bool:
        number = taken.number
        if taken.attempts > MOST_ATTEMPTS:
            await self._give_up(
                number, lease, "attempts", RuntimeError(f"begun {taken.attempts} times, never composed")
            )
            return True
        try:
            began = time.monotonic()
            made = await self._made(job, taken, lease)
            if made is None:
                log.warning("refused: the lease was lost", generation=number)
                return True
            options = taken.options
            self.speeds.measured(options.model, music=options.seconds, work=time.monotonic() - began)
            return await self._hand_over(number, lease, made)
        except Exception as error:  # noqa: BLE001 - the worker goes on with the next piece
            return await self._fail(number, lease, error)

    async def _made(
        self, job: PieceJob, taken: Generation, lease: str
    ) -> tuple[Generation, FinishedPiece | None] | None:
        async with asyncio.timeout(job.deadline) as limit:
            rows = LeasedRows(self._store.generations, lease=lease, limit=limit)
            producer = PieceProducer(rows, self._composer, self._health, self.speeds)
            composed = await producer.compose(taken, self._show)
            if composed is None:
                return None
            return composed, await self._rendered(producer, composed)

    async def _rendered(self, producer: PieceProducer, composed: Generation) -> FinishedPiece | None:
        """Its files; None where they cannot be made here: whoever delivers it makes them."""
        if not self.renders:
            return None
        try:
            return await producer.render(composed)
        except (MachineError, OSError) as error:
            report(error, "handed over without sound", generation=composed.number)
            return None

    async def _hand_over(self, number: int, lease: str, made: tuple[Generation, FinishedPiece | None]) -> bool:
        store, (_, piece) = self._store, made
        if piece is not None:
            files = Rendition(piece.mp3, piece.png, piece.midi, dict(piece.seconds_spent), piece.network_share)
            await persist(lambda: store.renditions.hand_over(number, files, lease=lease), "handing sound over")
        held = await persist(lambda: store.leases.finish(number, lease=lease), "handing over")
        log.info("handed over" if held else "refused: the lease was lost", generation=number)
        return True

    async def _fail(self, number: int, lease: str, error: Exception) -> bool:
        leases = self._store.leases
        if isinstance(error, (MachineError, OSError)) and not isinstance(error, TimeoutError):
            # It is this machine that lacks something: another may have it.
            report(error, "left to another worker", generation=number)
            await persist(lambda: leases.give_back(number, lease=lease, counted=True), "giving a piece back")
            return False
        await self._give_up(number, lease, code_of(error), error)
        return True

    async def _give_up(self, number: int, lease: str, code: str, error: Exception) -> None:
        leases, reference = self._store.leases, report(error, "failed", generation=number, code=code)
        await persist(lambda: leases.give_up(number, lease=lease, error=code, reference=reference), "giving up")

    async def _leave(self, number: int, lease: str) -> bool:
        """Let another worker make a piece, as this one ends; False if it is composed, and so handed over as it is."""
        leases = self._store.leases
        try:
            if await leases.give_back(number, lease=lease, counted=False):
                return True
            await leases.finish(number, lease=lease)
        except Exception as error:  # noqa: BLE001 - the lease ends by itself
            log.info("not given back", generation=number, error=str(getattr(error, "orig", error)))
        return False

    async def renew(self) -> set[int]:
        """Hold all leases for longer; the numbers of those that were lost."""
        before = dict(self._leases)
        if not before:
            return set()
        held = await self._store.leases.renew(before, self.progress.bars, seconds=self._lease.seconds)
        return {number for number, lease in before.items() if number not in held and self._leases.get(number) == lease}

    def disown(self, number: int) -> None:
        """Know that a piece is no longer ours to give back."""
        self._leases.pop(number, None)

    def _show(self, generation: Generation, progress: Progress) -> None:
        if isinstance(progress, Composing):
            self.progress.note(generation.number, progress.bar, progress.bars)
