"""Worker processes that start at once: forks of one that has loaded everything, and works for nobody itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL

ROOT = Path(__file__).parents[3]

_PARENT = """
import json, os, sys, traceback
from bot.__main__ import main
import bot.fleet.worker_process, pgqueuer.queries, sqlalchemy.dialects.postgresql.asyncpg, onnxruntime, composer.engines

def live(order, said):
    os.chdir(order["folder"])
    os.environ.update(order["environment"])
    for number in (1, 2):
        os.dup2(said, number)
    sys.stdin = open(os.devnull)
    sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", buffering=1, closefd=False)
    exec(order["code"], {})
    return main(["worker"])

for line in sys.stdin:
    order = json.loads(line)
    if "ended" in order:
        print(os.waitstatus_to_exitcode(os.waitpid(order["ended"], 0)[1]), flush=True)
        continue
    said = os.open(order["said"], os.O_WRONLY)
    child = os.fork()
    if child == 0:
        status = 70
        try:
            status = live(order, said)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    os.close(said)
    print(child, flush=True)
"""


class Nursery:
    """The process that workers are forked from."""

    def __init__(self) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CADENZA_", "DISCORD_"))}
        self._parent = subprocess.Popen(
            [sys.executable, "-c", _PARENT],
            cwd=ROOT,
            env=inherited | {"PYTHONUNBUFFERED": "1", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **order: object) -> int:
        """Have it do something, and give the number that it answers."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(json.dumps(order) + "\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def worker(self, url: URL, folder: Path, *, code: str = "", **settings: str) -> WorkerProcess:
        """A worker, to be started."""
        return WorkerProcess(self, url, folder, code=code, **settings)

    def close(self) -> None:
        """End it; no worker is left by then."""
        self._parent.communicate()


class WorkerProcess:
    """`python -m bot worker` with the address of a database, and nothing else that it would need.

    Attributes:
        said: The lines that it printed.
    """

    def __init__(self, nursery: Nursery, url: URL, folder: Path, *, code: str = "", **settings: str) -> None:
        """Start nothing yet.

        Args:
            nursery: Process that it is forked from.
            url: Address of the database.
            folder: Folder that it works in.
            code: Python that it runs before it begins.
            **settings: More of its environment.
        """
        self._nursery = nursery
        self._folder = folder
        self._code = code
        self._settings = {"CADENZA_DATABASE_URL": url.render_as_string(hide_password=False), **settings}
        self._number: int | None = None
        self._gate = -1
        self._reading: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()
        self.said: list[str] = []

    async def __aenter__(self) -> Self:
        """Start it, and wait until it takes pieces."""
        await self.start()
        await self.says("takes pieces")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave nothing running."""
        if self._number is not None:
            await self.kill()

    async def start(self) -> None:
        """Start it."""
        self._folder.mkdir(exist_ok=True)
        pipe = self._folder / "said"
        os.mkfifo(pipe)
        os.mkfifo(self._folder / "gate")
        # Held open at both ends, so that neither side ever waits for the other to open it.
        self._gate = os.open(self._folder / "gate", os.O_RDWR)
        output = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self._number = self._nursery.ask(
            folder=str(self._folder), said=str(pipe), code=self._code, environment=self._settings
        )
        self._reading = asyncio.create_task(self._read(output))

    async def _read(self, output: int) -> None:
        reader = asyncio.StreamReader()
        with os.fdopen(output, "rb") as file:
            transport, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), file
            )
            try:
                async for line in reader:
                    self.said.append(line.decode().rstrip())
                    self._heard.set()
            finally:
                transport.close()
        self._heard.set()

    async def says(self, *words: str) -> str:
        """Wait for a line with all these words."""

        def found() -> list[str]:
            return [line for line in self.said if all(word in line for word in words)]

        await self.until(lambda: bool(found()), f"a line with {words}")
        return found()[0]

    async def until(self, so: Callable[[], bool], what: str) -> None:
        """Wait until something is so, at each line that it says."""
        try:
            async with asyncio.timeout(60):
                while not so():
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            raise AssertionError(f"no {what} in:\n" + "\n".join(self.said)) from None

    async def held(self) -> None:
        """Wait until it is held where it is to be, see `tests.bot.fleet.stages`."""
        await self.says("held")

    def let_go(self) -> None:
        """Let it go on."""
        os.write(self._gate, b"!")

    async def kill(self) -> None:
        """End it without a chance to tidy up, and wait until it is gone."""
        self.send(signal.SIGKILL)
        await self.ended()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._number is not None
        os.kill(self._number, number)

    async def ended(self) -> int:
        """Wait for its end; its exit status, or the signal that killed it as a negative number."""
        assert self._reading is not None
        number, self._number = self._number, None
        status = await asyncio.to_thread(self._nursery.ask, ended=number)
        await self._reading
        os.close(self._gate)
        return status
