"""A network between a worker and its server that can be cut."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import URL

_SOCKET = ".s.PGSQL.5432"


@dataclass(slots=True)
class Proxy:
    """Passes everything on until it cuts.

    Attributes:
        url: Address of the server behind it.
        cut: Set once it has cut.
    """

    url: URL
    cut: asyncio.Event = field(default_factory=asyncio.Event)
    _left: int | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut_after(self, count: int) -> None:
        """Cut all connections once so many bytes more were sent to the server; those that come later hold."""
        self._left = count

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool) -> None:
        """Pass on what one side sends."""
        with suppress(OSError):
            while data := await reader.read(4096):
                if counted and self._left is not None:
                    self._left -= len(data)
                    if self._left <= 0:
                        self._cut_all()
                        return
                writer.write(data)
                await writer.drain()
        writer.transport.abort()

    def _cut_all(self) -> None:
        self._left = None
        for writer in self._open:
            writer.transport.abort()
        self.cut.set()

    async def connect(self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect one client to the server."""
        answers, server = await asyncio.open_unix_connection(path)
        both = {writer, server}
        self._open |= both
        try:
            there = self.pass_on(reader, server, counted=True)
            await asyncio.gather(there, self.pass_on(answers, writer, counted=False))
        finally:
            self._open -= both
            for each in both:
                each.transport.abort()


@asynccontextmanager
async def open_proxy(url: URL, folder: Path) -> AsyncIterator[Proxy]:
    """A proxy on a socket in `folder`, before the server at an address."""
    proxy = Proxy(url.update_query_dict({"host": str(folder)}))
    path = f"{url.query['host']}/{_SOCKET}"
    clients: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients.add(asyncio.ensure_future(proxy.connect(path, reader, writer)))

    server = await asyncio.start_unix_server(accept, folder / _SOCKET)
    try:
        yield proxy
    finally:
        server.close()
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
