"""Work that may hang or die, in processes that can be killed, one item at a time."""

from __future__ import annotations

import resource
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from typing import TYPE_CHECKING, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")

# Not fork: TensorFlow's threads, if it is loaded, would be copied in whatever state they are.
_CONTEXT = get_context("spawn")
_START_SECONDS = 60.0
"""What a new process may take beyond its first item's time, to load what it needs."""


MOST_BYTES = 2 * 2**30
"""Memory that a process may take."""

TOO_LARGE = "takes more memory to read than any piece"

_BROKEN = "ended the process that read it"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer."""

    reason: str


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    item: int = -1
    deadline: float = 0.0
    started: bool = False


def _serve_items(pipe: Connection, work: Callable[[_Item], _Answer]) -> None:
    with suppress(ValueError, OSError):  # a lower limit that stands already holds
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            pipe.send(_answer_to(work, pipe.recv()))


def _answer_to(work: Callable[[_Item], _Answer], item: _Item) -> _Answer | Failure:
    try:
        return work(item)
    except MemoryError:
        return Failure(TOO_LARGE)


class _Team(Generic[_Item, _Answer]):
    """Workers that take items in turn; one that overruns its time or dies is replaced."""

    def __init__(
        self, work: Callable[[_Item], _Answer], items: Iterable[_Item], *, workers: int, seconds: float
    ) -> None:
        self._work, self._seconds = work, seconds
        self._items = list(items)
        self._waiting = deque(range(len(self._items)))
        self._workers = [self._start() for _ in range(min(workers, len(self._items)))]

    def _start(self) -> _Worker:
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_serve_items, args=(theirs, self._work), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def answers(self) -> Iterator[tuple[int, _Answer | Failure]]:
        for worker in self._workers:
            self._give(worker)
        while busy := [worker for worker in self._workers if worker.item >= 0]:
            patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
            ready = connection.wait([worker.pipe for worker in busy], timeout=patience)
            for place, worker in enumerate(self._workers):
                if worker.pipe in ready:
                    yield worker.item, self._received(worker, place)
                elif worker.item >= 0 and time.monotonic() >= worker.deadline:
                    yield worker.item, self._replaced(place, f"took longer than {self._seconds:g} s")

    def _received(self, worker: _Worker, place: int) -> _Answer | Failure:
        try:
            answer = cast("_Answer | Failure", worker.pipe.recv())
        except (EOFError, OSError):
            return self._replaced(place, _BROKEN)
        self._give(worker)
        return answer

    def _replaced(self, place: int, reason: str) -> Failure:
        self._stop(self._workers[place])
        if self._waiting:
            self._workers[place] = self._start()
            self._give(self._workers[place])
        else:
            self._workers[place].item = -1
        return Failure(reason)

    def _give(self, worker: _Worker) -> None:
        worker.item = self._waiting.popleft() if self._waiting else -1
        if worker.item >= 0:
            worker.deadline = time.monotonic() + self._seconds + (0 if worker.started else _START_SECONDS)
            worker.started = True
            with suppress(OSError):  # it died meanwhile: its pipe says so at once
                worker.pipe.send(self._items[worker.item])

    @staticmethod
    def _stop(worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()

    def stop(self) -> None:
        for worker in self._workers:
            if not worker.pipe.closed:
                self._stop(worker)


def work_in_processes(
    work: Callable[[_Item], _Answer], items: Iterable[_Item], *, workers: int, seconds: float
) -> Iterator[tuple[int, _Answer | Failure]]:
    """Let processes work on items; answers come as they are ready, each with its item's place.

    Args:
        work: A function of a module, which a process can import.
        items: What it is called with; must be picklable, as the answers must.
        workers: Processes.
        seconds: Seconds after which a process is killed; its item's answer is a `Failure`, and so it is if the process
            dies or takes more than `MOST_BYTES`.
    """
    team = _Team(work, items, workers=workers, seconds=seconds)
    try:
        yield from team.answers()
    finally:
        team.stop()
