"""Jobs for workers, which PgQueuer hands out.

A job says that a piece is to be made, and its entry point says by which engine: so nobody gets one that they cannot do.
The piece's row alone says who works on it. A job that comes twice finds the row taken.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from pgqueuer.domain.types import QueueEntrypoint, QueueManagerId
from pgqueuer.queries import EntrypointExecutionParameter, Queries
from sqlalchemy import column, func, select, table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pgqueuer.models import Job
    from sqlalchemy import Connection

    from bot.storage.dialects.link import Link

HEARD: Final = "ch_pgqueuer"
"""The channel on which PgQueuer tells that its jobs changed."""

_INSTALLING: Final = 0x0CADE2A3
"""Advisory lock of whoever makes PgQueuer's tables."""

_KEPT_DAYS: Final = 1
_AGAIN_AFTER = timedelta(seconds=1)
_QUEUE = table("pgqueuer", column("id"))


@dataclass(frozen=True, slots=True)
class PieceJob:
    """What is to be done.

    Attributes:
        number: Number of the piece.
        deadline: Seconds that making it may take.
        job: PgQueuer's own record.
    """

    number: int
    deadline: float
    job: Job


def entry_point(label: str, digest: str) -> str:
    """Of all jobs for one engine: its NAME@VERSION, and the digest of what it plays from."""
    return f"{label}:{digest}"


def hand_out(connection: Connection, number: int, entry: str, deadline: float) -> None:
    """Have a piece made by a worker, once the unit in which this is called has happened.

    While there is a job for that piece, no second one is made.
    """
    payload = json.dumps({"number": number, "deadline": deadline}).encode()

    async def enqueue(raw: Any) -> None:  # noqa: ANN401 - the driver's
        queries = Queries.from_asyncpg_connection(raw)
        await queries.enqueue(entry, payload, dedupe_key=f"piece-{number}", on_conflict="skip")

    adapted: Any = connection.connection.dbapi_connection
    adapted.run_async(enqueue)


def count_jobs(connection: Connection) -> int:
    """Jobs that wait, and those that are being done."""
    return connection.scalar(select(func.count()).select_from(_QUEUE)) or 0


class Jobs:
    """What a worker does with jobs, over a link."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._queries = Queries.from_asyncpg_connection(link.connection)
        self._taker = QueueManagerId(uuid4())

    async def install(self) -> None:
        """Make PgQueuer's tables, or bring them to the form that the installed version needs."""
        await self._link.connection.execute("SELECT pg_advisory_lock($1)", _INSTALLING)
        try:
            if await self._queries.schema_is_installed():
                await self._queries.upgrade()
            else:
                await self._queries.install()
        finally:
            await self._link.connection.execute("SELECT pg_advisory_unlock($1)", _INSTALLING)

    async def take(self, entries: Collection[str], *, lapsed_after: float) -> PieceJob | None:
        """The next job for one of some entry points; None if there is none.

        Args:
            entries: Entry points of the engines that are installed here.
            lapsed_after: Seconds after which a job is taken from whoever does not keep it up.
        """
        unlimited = EntrypointExecutionParameter(concurrency_limit=0)
        jobs = await self._queries.dequeue(
            batch_size=1,
            entrypoints={QueueEntrypoint(entry): unlimited for entry in entries},
            queue_manager_id=self._taker,
            global_concurrency_limit=None,
            heartbeat_timeout=timedelta(seconds=lapsed_after),
        )
        return _read(jobs[0]) if jobs else None

    async def keep_up(self, jobs: Sequence[PieceJob]) -> None:
        """Say that jobs are still being done."""
        await self._queries.update_heartbeat([each.job.id for each in jobs])

    async def done(self, job: PieceJob) -> None:
        """Take a job out: the row has what came of it."""
        await self._queries.log_jobs([(job.job, "successful", None)])

    async def give_back(self, job: PieceJob) -> None:
        """Let somebody else do a job."""
        await self._queries.retry_job(job.job, _AGAIN_AFTER, None)

    async def forget_old(self) -> None:
        """Delete what PgQueuer notes of jobs that are long done."""
        await self._link.connection.execute(
            "DELETE FROM pgqueuer_log WHERE created < now() - make_interval(days => $1)", _KEPT_DAYS
        )


def _read(job: Job) -> PieceJob:
    said = json.loads(job.payload or b"{}")
    return PieceJob(int(said["number"]), float(said["deadline"]), job)
