"""The voice server: a gateway over TLS and a socket for sound, both on loopback."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from bot.standin.voice.certificate import CertificateFile
from bot.standin.voice.connection import VoiceConnection
from bot.standin.voice.open_sessions import OpenSessions

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from pathlib import Path

_REGIONS = ("127.0.0.1", "localhost")
"""Names of the one server: a bot takes them for two regions."""


class VoiceServer:
    """A voice server that a stand-in is given.

    Attributes:
        sessions: Whom it lets in, and what goes wrong.
    """

    def __init__(self) -> None:
        self.sessions = OpenSessions()
        self._certificate = CertificateFile()
        self._runner: web.AppRunner | None = None
        self._transport: asyncio.DatagramTransport | None = None
        self._port = 0
        self._region = 0

    @property
    def certificate(self) -> Path:
        """File that SSL_CERT_FILE names in the bot's process."""
        return self._certificate.path

    def client_context(self) -> ssl.SSLContext:
        """For a bot in this process."""
        return self._certificate.client_context()

    @property
    def endpoint(self) -> str:
        """Host and port of the region that serves now."""
        return f"{_REGIONS[self._region % len(_REGIONS)]}:{self._port}"

    def change_region(self) -> None:
        """Let another region serve from now on."""
        self._region += 1

    async def start(self, tell: Callable[[], None]) -> None:
        """Listen; `tell` is called whenever something has changed."""
        self.sessions.tell = tell
        app = web.Application()
        app.router.add_get("/", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._certificate.server_context())
        await site.start()
        self._port = self._runner.addresses[0][1]
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self.sessions.sound, local_addr=("127.0.0.1", 0)
        )
        self.sessions.udp_address = self._transport.get_extra_info("sockname")

    async def stop(self) -> None:
        """Hang up on everybody."""
        if self._transport is not None:
            self._transport.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self._certificate.remove()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        return await VoiceConnection(self.sessions).serve(request)
