"""Where there is a proxy, nothing goes past it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def proxy() -> AsyncIterator[tuple[str, set[int]]]:
    """A proxy for plain HTTP; gives its address, and the ports from which it speaks to Discord."""
    ports: set[int] = set()

    async def pass_on(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        first = await reader.readline()
        host, _, port = first.split()[1].split(b"/")[2].partition(b":")
        there, to_there = await asyncio.open_connection(host.decode(), int(port))
        ports.add(to_there.get_extra_info("sockname")[1])
        to_there.write(first)
        await asyncio.gather(pass_on(reader, to_there), pass_on(there, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", ports
    finally:
        server.close()


async def test_progress_delivery_and_all_else_go_through_the_proxy(tmp_path: Path):
    async with proxy() as (address, ports), open_whole_bot(tmp_path, discord_proxy=address) as here:
        message = await here.compose_to_rate()
        await here.discord.press(message, "Another", user=here.ben)
        await here.delivered(count=2)

        assert any(request.path.startswith("/webhooks/") for request in here.discord.requests)
        assert {request.path for request in here.discord.requests if request.peer_port not in ports} == set()
