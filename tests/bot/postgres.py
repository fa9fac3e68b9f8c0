"""A PostgreSQL server for tests: Debian's programs, in a folder of their own, heard on a socket in it alone."""

from __future__ import annotations

import asyncio
import hashlib
import os
import pwd
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.storage.dialects.postgresql import DRIVER, PostgresServer
from bot.storage.migration import migrate

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

_USER = "cadenza"
_TEMPLATE = "migrated"
_SMALL = "-c max_connections=60 -c shared_buffers=32MB"
_QUICK = "-c fsync=off -c full_page_writes=off"
"""What is committed outlives the server's own kill, but not the machine's."""


def programs() -> Path:
    """The folder of the newest server's programs; its packages put none but the client's on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    other = shutil.which("initdb")
    if not found and other is None:
        raise FileNotFoundError("no PostgreSQL server is installed; install Debian's package postgresql")
    return found[-1].parent if found else Path(str(other)).parent


def _run_as() -> dict[str, Any]:
    """Whom the server runs as: it refuses to be root."""
    if os.geteuid() != 0:
        return {}
    somebody = pwd.getpwnam("postgres")
    return {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


@dataclass(slots=True)
class Postgres:
    """A running server.

    Attributes:
        folder: Its data, and the socket on which it listens.
        lasting: Whether commits wait for the disk, as on everybody's server; tests have no need of it.
        made: Names of the databases that were made on it, by the path that a test calls them by.
    """

    folder: Path
    lasting: bool = False
    made: dict[Path, str] = field(default_factory=dict)

    def url(self, database: str) -> URL:
        """Address of one of its databases."""
        return URL.create(DRIVER, username=_USER, database=database, query={"host": str(self.folder)})

    def at(self, path: Path) -> PostgresServer:
        """The database that a test calls by a path: made the first time, of the newest form."""
        if path not in self.made:
            self.made[path] = f"t{hashlib.sha256(bytes(path)).hexdigest()[:20]}"
            self.run(f"CREATE DATABASE {self.made[path]} TEMPLATE {_TEMPLATE}")
        return PostgresServer(self.url(self.made[path]))

    def drop_all(self) -> None:
        """Delete what tests had made."""
        for name in self.made.values():
            self.run(f"DROP DATABASE {name} WITH (FORCE)")
        self.made.clear()

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run a statement, in no transaction."""

        async def run() -> None:
            engine = create_async_engine(self.url(database), poolclass=NullPool, isolation_level="AUTOCOMMIT")
            async with engine.connect() as connection:
                await connection.execute(text(statement))

        # A test may be running in an event loop of its own, and this blocks it.
        _in_thread(run())

    def demand_password(self, user: str, password: str) -> None:
        """Make a user who has to say a password; the others need none."""
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text(f"local all {user} scram-sha-256\n{rules.read_text(encoding='utf-8')}", encoding="utf-8")
        self.run(f"CREATE ROLE {user} LOGIN PASSWORD '{password}'")
        self.run("SELECT pg_reload_conf()")

    @property
    def pid(self) -> int:
        """Number of its process, whose children are all others."""
        return int((self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def stop(self, mode: str = "immediate") -> None:
        """End it, as `pg_ctl` calls the ways."""
        self._control("stop", "-m", mode)

    def start(self) -> None:
        """Start it; it listens when this returns."""
        how = _SMALL if self.lasting else f"{_SMALL} {_QUICK}"
        self._control("start", "-l", str(self.folder / "log"), "-o", f"{how} -k {self.folder} -c listen_addresses=")

    def _control(self, *arguments: str) -> None:
        command = [str(programs() / "pg_ctl"), "-s", "-w", "-D", str(self.folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **_run_as())


def _in_thread(work: Coroutine[Any, Any, None]) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


@contextmanager
def running(folder: Path, *, lasting: bool = False) -> Iterator[Postgres]:
    """A new server in a folder, which is short enough for a socket's address; with a migrated template."""
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    make = [
        str(programs() / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        _USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, **_run_as())
    server = Postgres(folder, lasting)
    server.start()
    try:
        server.run(f"CREATE DATABASE {_TEMPLATE}")
        migrate(PostgresServer(server.url(_TEMPLATE)))
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
