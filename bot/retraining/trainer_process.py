"""The trainer: `python -m training retrain` as a process, never imported."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from bot.domain.training_run import TrainingError, line_of
from bot.retraining import trainer_output
from bot.retraining.process_limits import ProcessLimits, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bot.domain.training_run import Progress, Report

log = structlog.stdlib.get_logger(__name__)

COMMAND = (sys.executable, "-m", "training", "retrain")
NEEDS = ("training", "keras", "tensorflow")
"""Packages that it has to find; the last two come with the training extra."""

GRACE = 300.0
"""Seconds beyond its minutes, to which the trainer keeps by itself: loading and the last step take what they take."""

DRAIN = 5.0
"""Seconds in which what a trainer said last is read, once it is gone: all of it lies in the pipe then."""

_KEPT = 8_192
"""Characters at the end of what it said on standard error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerArguments:
    """One training, as the trainer is told of it.

    Attributes:
        ratings: The file of ratings.
        model: The parent's file.
        version: Version that the candidate gets.
        minutes: Minutes that it may take.
        out: Folder for report and candidate.
        anchor: File of the version that all began with, if that is not the parent.
        corpus: Corpus of which no new version may play more by heart.
        pieces: Number of pieces that have to be rated.
        people: Number of people who have to have rated.
    """

    ratings: Path
    model: Path
    version: int
    minutes: int
    out: Path
    anchor: Path | None
    corpus: Path | None
    pieces: int
    people: int

    def arguments(self) -> list[str]:
        """As they stand on the command line."""
        given: dict[str, object] = {
            "ratings": self.ratings,
            "model": self.model,
            "version": self.version,
            "minutes": self.minutes,
            "out": self.out,
            "min-pieces": self.pieces,
            "min-people": self.people,
        }
        given |= {name: path for name, path in (("corpus", self.corpus), ("anchor", self.anchor)) if path is not None}
        return ["--progress", *(word for name, value in given.items() for word in (f"--{name}", str(value)))]


class TrainerProcess:
    """Starts the process, hears what it says, keeps it within its limits, and ends all of it in the end."""

    def __init__(
        self,
        *,
        megabytes: float,
        command: Sequence[str] = COMMAND,
        needs: Sequence[str] = NEEDS,
        grace: float = GRACE,
        drain: float = DRAIN,
    ) -> None:
        """Start nothing yet.

        Args:
            megabytes: Megabytes that the process and what it starts may hold in memory.
            command: Command line without the options.
            needs: Packages that have to be installed.
            grace: Seconds that it may take beyond its minutes.
            drain: Seconds in which what it said last is read, once it is gone.
        """
        self.megabytes = megabytes
        self._command = tuple(command)
        self._needs = tuple(needs)
        self._grace = grace
        self._drain = drain

    def missing(self) -> str | None:
        """The first package that it would not find; None if it can be started. Imports none of them."""
        return next((name for name in self._needs if importlib.util.find_spec(name) is None), None)

    async def train(self, order: TrainerArguments, tell: Callable[[Progress], None]) -> Report:
        """Train, telling of each step; whoever is cancelled ends the process.

        Raises:
            TrainingError: If it died, broke a limit, or left no report.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                *order.arguments(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=environment(os.environ),
                start_new_session=True,
            )
        except OSError as error:
            raise TrainingError("status", str(error)) from error
        limits = ProcessLimits(process.pid, megabytes=self.megabytes, seconds=60 * order.minutes + self._grace)
        said = await self._attended(process, limits, tell)
        log.info("trainer ended", status=process.returncode, broken=limits.broken)
        if limits.broken is not None:
            raise TrainingError(limits.broken)
        _check_status(process.returncode or 0, said)
        return await asyncio.to_thread(trainer_output.report, order.out)

    async def _attended(
        self, process: asyncio.subprocess.Process, limits: ProcessLimits, tell: Callable[[Progress], None]
    ) -> str:
        """Stay with the process until it is gone; the end of what it said on standard error.

        What it started may live on in a session of its own and keep its pipes open: nobody waits for that.
        """
        assert process.stdout is not None
        assert process.stderr is not None
        limits.lower()
        said = _Tail()
        watching = asyncio.create_task(limits.watch())
        readers = [asyncio.create_task(_hear(process.stdout, tell)), asyncio.create_task(said.read(process.stderr))]
        leaving = asyncio.create_task(process.wait())
        try:
            # asyncio's own wait lasts until the pipes are closed; watching ends with the process.
            await asyncio.wait({leaving, watching}, return_when=asyncio.FIRST_COMPLETED)
            heard, _ = await asyncio.wait(readers, timeout=self._drain)
            for reader in heard:
                reader.result()
        finally:
            limits.kill()
            for task in (watching, *readers):
                task.cancel()
            await asyncio.gather(watching, *readers, return_exceptions=True)
            await asyncio.wait({leaving}, timeout=self._drain)
            # The only way to let go of a pipe whose other end stays open.
            process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001
            await leaving
        return said.text


async def _hear(stream: asyncio.StreamReader, tell: Callable[[Progress], None]) -> None:
    async for line in trainer_output.lines(stream):
        progress = trainer_output.progress(line)
        if progress is not None:
            tell(progress)


class _Tail:
    """The end of what a process said."""

    def __init__(self) -> None:
        self.text = ""

    async def read(self, stream: asyncio.StreamReader) -> None:
        while chunk := await stream.read(_KEPT):
            self.text = (self.text + chunk.decode("utf-8", "replace"))[-_KEPT:]


def _check_status(status: int, said: str) -> None:
    if status == 0:
        return
    # The log has all of it; people read the last line, which is the trainer's one sentence.
    log.warning("trainer failed", status=status, said=said)
    if status < 0:
        raise TrainingError("died", str(-status))
    raise TrainingError("status", line_of(said) or str(status))
