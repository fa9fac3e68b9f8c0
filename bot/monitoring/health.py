"""Whether the bot lives and is ready, told on loopback to whoever watches it."""

from __future__ import annotations

import asyncio
import errno
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.errors import SettingsError, TemporaryTrouble
from bot.monitoring.metrics import Metrics

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.settings import Settings

log = structlog.stdlib.get_logger(__name__)

LAG_EVERY = 0.05
"""Seconds between two looks at how late the event loop is."""

_DEAD_AFTER = 10.0
"""Seconds without such a look after which the bot does not live any more."""


class Health:
    """What the Discord side and the scheduler report, and the answers made of it.

    Attributes:
        metrics: The figures.
        scheduler_started: Whether the scheduler takes pieces.
        port: Port at which it is told; 0 where it is not told.
    """

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.scheduler_started = False
        self.port = 0
        self._connected = False
        self._was_ready = False
        self._looked_at = 0.0

    def gateway_ready(self) -> None:
        """The gateway greets us, the first time or anew."""
        if self._was_ready and not self._connected:
            self.metrics.reconnects.inc()
        self._was_ready = True
        self._connect(connected=True)

    def gateway_resumed(self) -> None:
        """The gateway took up where it was cut off."""
        self.metrics.reconnects.inc()
        self._connect(connected=True)

    def gateway_lost(self) -> None:
        """The gateway is gone for now."""
        self._connect(connected=False)

    def _connect(self, *, connected: bool) -> None:
        self._connected = connected
        self.metrics.connected.set(int(connected))

    def latency_is(self, seconds: float) -> None:
        """Between heartbeat and answer."""
        self.metrics.latency.set(seconds)

    def failed(self, code: str) -> None:
        """Something failed; `code` is one of a few short words."""
        self.metrics.failures.labels(code).inc()

    @property
    def ready(self) -> bool:
        """Whether a command would be answered."""
        return self._connected and self.scheduler_started

    @property
    def alive(self) -> bool:
        """Whether the event loop turns."""
        return asyncio.get_running_loop().time() - self._looked_at < _DEAD_AFTER

    async def watch_lag(self) -> None:
        """Measure until cancelled how late the event loop is."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY
            await asyncio.sleep(LAG_EVERY)
            self._looked_at = loop.time()
            self.metrics.lag.observe(max(self._looked_at - due, 0.0))


@asynccontextmanager
async def open_health(settings: Settings) -> AsyncIterator[Health]:
    """Watch the event loop, and answer on loopback where the settings say so.

    Raises:
        TemporaryTrouble: If the port is taken.
        SettingsError: If the port may not be used.
    """
    health = Health()
    watch = asyncio.create_task(health.watch_lag())
    runner = web.AppRunner(_application(health), access_log=None)
    try:
        if settings.metrics_port is not None:
            health.port = await _listen(runner, settings.metrics_host, settings.metrics_port)
        yield health
    finally:
        await runner.cleanup()
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _listen(runner: web.AppRunner, host: str, port: int) -> int:
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        # Whoever has the port now, a bot that is about to end for one, may let it go; a port that is not ours, never.
        kind = TemporaryTrouble if error.errno == errno.EADDRINUSE else SettingsError
        raise kind(f"CADENZA_METRICS_PORT: cannot listen on {host}:{port}: {error.strerror}") from error
    bound: int = runner.addresses[0][1]
    log.info("health is told", address=f"http://{host}:{bound}/readyz")
    return bound


def _application(health: Health) -> web.Application:
    async def live(_: web.Request) -> web.Response:
        return _answer(well=health.alive)

    async def ready(_: web.Request) -> web.Response:
        return _answer(well=health.ready)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=health.metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4"})

    application = web.Application()
    application.add_routes([web.get("/livez", live), web.get("/readyz", ready), web.get("/metrics", metrics)])
    return application


def _answer(*, well: bool) -> web.Response:
    return web.Response(text="ok\n" if well else "not now\n", status=200 if well else 503)
