"""Pieces are made by workers on a real server, each once, whatever happens to whom."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from bot.domain.generation import Composing
from tests.bot import tiny_model
from tests.bot.fleet.fleet_world import open_world

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.dialects.postgresql import PostgresServer
    from tests.bot.fleet.nursery import Nursery


async def test_a_worker_that_knows_the_address_alone_makes_pieces_with_models_as_they_come(
    nursery: Nursery, server: PostgresServer, tmp_path: Path
) -> None:
    async with (
        open_world(nursery, server, tmp_path, lease=6.0) as here,
        here.worker(CADENZA_MODELS_DIR="", CADENZA_SOUNDFONT="", CADENZA_WORKERS="") as worker,
    ):
        await here.workers_seen(1)
        number = await here.ask()
        await here.delivered(number)
        tiny_model.install(tmp_path / "models", version=2)
        await here.catalogue.refresh()
        await here.until_seen(lambda: any("tiny@2" in line.engines for line in here.fleet.lines))
        trained = await here.ask(version=2)
        await here.delivered(trained)
        await here.until_seen(lambda: here.catalogue.speeds.of("tiny") is not None)

        assert here.here.order == []
        assert here.audience.pieces[number].midi[:4] == b"MThd"
        assert len(here.audience.pieces[number].mp3) > 10_000
        assert any(isinstance(each, Composing) for each in here.audience.progress[number])
        assert b'cadenza_worker_places{worker="' in here.health.metrics.text()
        worker.send(signal.SIGTERM)
        assert await worker.ended() == 0
        await here.workers_seen(0)
        after = await here.ask()
        await here.delivered(after)
        assert len(here.here.order) == 1
