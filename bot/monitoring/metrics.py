"""Figures for Prometheus; none of them names a server or a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.worker_line import WorkerLine

_STAGES = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
_LAGS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1)


class Metrics:
    """All figures of one running bot.

    Attributes:
        waiting: Pieces in the queue.
        running: Pieces in the making.
        stages: Seconds that each stage of a piece took, by stage and model.
        outcomes: Pieces by the state in which they ended.
        failures: Number of failures, by short code.
        lag: Seconds by which the event loop was late.
        latency: Seconds between heartbeat and answer of the gateway.
        connected: Whether the gateway is.
        reconnects: Number of times that the gateway was reached anew.
        places: Pieces that workers on other machines make at the same time, by worker.
        busy: Pieces that they make now, by worker.
        disk_free: Bytes that are free on the disk that holds the data.
    """

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.waiting = Gauge("cadenza_queue_waiting", "Pieces that wait", registry=registry)
        self.running = Gauge("cadenza_queue_running", "Pieces in the making", registry=registry)
        self.stages = Histogram(
            "cadenza_stage_seconds", "Seconds a stage took", ["stage", "model"], buckets=_STAGES, registry=registry
        )
        self.outcomes = Counter("cadenza_generations", "Pieces by how they ended", ["state"], registry=registry)
        self.failures = Counter("cadenza_failures", "Failures by code", ["code"], registry=registry)
        self.lag = Histogram("cadenza_loop_lag_seconds", "Event loop's delay", buckets=_LAGS, registry=registry)
        self.latency = Gauge("cadenza_gateway_latency_seconds", "Heartbeat to answer", registry=registry)
        self.connected = Gauge("cadenza_gateway_connected", "1 while connected", registry=registry)
        self.reconnects = Counter("cadenza_gateway_reconnects", "Of the gateway", registry=registry)
        self.places = Gauge("cadenza_worker_places", "Pieces a worker takes at once", ["worker"], registry=registry)
        self.busy = Gauge("cadenza_worker_busy", "Pieces a worker makes now", ["worker"], registry=registry)
        self.voice = Gauge("cadenza_voice_channels", "Voice channels in which the bot is", registry=registry)
        self.disk_free = Gauge("cadenza_disk_free_bytes", "Room for what is remembered", registry=registry)

    def show_workers(self, workers: Mapping[str, WorkerLine]) -> None:
        """Show these workers and no others, by their names."""
        for gauge in (self.places, self.busy):
            gauge.clear()
        for name, line in workers.items():
            self.places.labels(f"{line.host}/{name}").set(line.threads)
            self.busy.labels(f"{line.host}/{name}").set(line.busy)

    def text(self) -> bytes:
        """All figures in Prometheus's text format."""
        return generate_latest(self._registry)
