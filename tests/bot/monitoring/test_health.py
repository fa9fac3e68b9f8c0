from __future__ import annotations

import asyncio
import socket

import aiohttp
import pytest

from bot.errors import TemporaryTrouble
from bot.monitoring.health import open_health
from bot.settings import Settings


async def answers(port: int, *paths: str) -> list[tuple[int, str]]:
    found = []
    async with aiohttp.ClientSession() as session:
        for path in paths:
            async with session.get(f"http://127.0.0.1:{port}/{path}") as response:
                found.append((response.status, await response.text()))
    return found


async def test_ready_is_who_is_connected_and_takes_pieces():
    async with open_health(Settings(metrics_port=0)) as health:
        before = await answers(health.port, "readyz")
        health.gateway_ready()
        health.scheduler_started = True
        ready = await answers(health.port, "readyz")
        health.gateway_lost()
        lost = await answers(health.port, "readyz")

    assert [status for status, _ in (*before, *ready, *lost)] == [503, 200, 503]


async def test_who_turns_the_event_loop_lives():
    async with open_health(Settings(metrics_port=0)) as health:
        await asyncio.sleep(0.06)

        assert await answers(health.port, "livez") == [(200, "ok\n")]


async def test_figures_are_told_in_prometheus_form():
    async with open_health(Settings(metrics_port=0)) as health:
        health.metrics.waiting.set(3)
        health.metrics.stages.labels("render", "wavenet").observe(0.4)
        health.failed("render")
        health.gateway_ready()
        health.gateway_resumed()
        health.gateway_lost()
        health.gateway_ready()
        health.latency_is(0.05)
        ((_, text),) = await answers(health.port, "metrics")

    for line in (
        "cadenza_queue_waiting 3.0",
        'cadenza_stage_seconds_count{model="wavenet",stage="render"} 1.0',
        'cadenza_failures_total{code="render"} 1.0',
        "cadenza_gateway_reconnects_total 2.0",
        "cadenza_gateway_latency_seconds 0.05",
        "cadenza_loop_lag_seconds_count",
    ):
        assert line in text


async def test_without_a_port_nothing_listens():
    async with open_health(Settings()) as health:
        assert health.port == 0


async def test_a_port_that_is_taken_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(TemporaryTrouble, match="CADENZA_METRICS_PORT: cannot listen"):
            async with open_health(Settings(metrics_port=taken.getsockname()[1])):
                pass
