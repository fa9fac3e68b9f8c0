"""A bot's side of its workers on a real server, with an audience that remembers."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot import clock
from bot.fleet.opening import open_fleet
from bot.fleet.showing import show_workers
from bot.monitoring.health import Health
from bot.pipeline.delivery_retries import DeliveryRetries
from bot.pipeline.estimates import Speeds
from bot.pipeline.model_catalogue import ModelCatalogue
from bot.pipeline.production import PieceProducer
from bot.pipeline.scheduler import Scheduler
from bot.settings import Settings
from bot.storage.store import open_store
from tests.bot import tiny_model
from tests.bot.builders import LIMITS, OPTIONS, admission
from tests.bot.pipeline.scheduler_harness import ObedientComposer, RecordingAudience

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from sqlalchemy import URL

    from bot.domain.generation import Generation
    from bot.fleet.fleet import Fleet
    from bot.storage.dialects.postgresql import PostgresServer
    from bot.storage.store import Store
    from tests.bot.fleet.nursery import Nursery, WorkerProcess


@dataclass
class FleetWorld:
    """Everything of a bot that has pieces made, in one hand.

    Attributes:
        here: Composer of the bot's own machine.
        looked: Set each time that the bot looked at its workers.
    """

    nursery: Nursery
    server: PostgresServer
    folder: Path
    store: Store
    catalogue: ModelCatalogue
    fleet: Fleet
    scheduler: Scheduler
    health: Health
    here: ObedientComposer
    audience: RecordingAudience = field(default_factory=RecordingAudience)
    looked: asyncio.Event = field(default_factory=asyncio.Event)

    def worker(self, name: str = "worker", *, url: URL | None = None, code: str = "", **settings: str) -> WorkerProcess:
        """A worker on this server, to be started; it has no models, and makes no sound unless it is told to."""
        (self.folder / "empty").mkdir(exist_ok=True)
        few = {"CADENZA_MODELS_DIR": str(self.folder / "empty"), "CADENZA_SOUNDFONT": "/nowhere.sf2"}
        # Workers go by the lease of their bot, whatever is set where they run.
        settings = {"CADENZA_LEASE": "600", "CADENZA_WORKERS": "1", **few, **settings}
        return self.nursery.worker(url or self.server.url, self.folder / name, code=code, **settings)

    async def delivered(self, *numbers: int) -> None:
        """Wait until pieces were delivered, and that is noted."""
        await self.audience.until(lambda: self.audience.pieces.keys() >= set(numbers))
        for number in numbers:
            await self.until_state(number, "delivered")

    async def ask(self, *, version: int = 1, **changes: Any) -> int:
        """Accept a piece and let it wait."""
        options = replace(OPTIONS, seconds=6.0, version=version)
        accepted = await self.store.generations.admit(admission(options=options, **changes), LIMITS)
        await self.scheduler.add(accepted)
        return accepted.number

    async def row(self, number: int) -> Generation:
        generation = await self.store.generations.get(number)
        assert generation is not None
        return generation

    async def until(self, so: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait until something is so in the database."""
        try:
            async with asyncio.timeout(60):
                while not await so():
                    pass
        except TimeoutError:
            raise AssertionError(f"never: {what}") from None

    async def until_state(self, number: int, state: str) -> Generation:
        """Wait until a row says so."""

        async def so() -> bool:
            return str((await self.row(number)).state) == state

        await self.until(so, f"#{number} {state}")
        return await self.row(number)

    async def until_seen(self, so: Callable[[], bool]) -> None:
        """Wait until the bot has seen something of its workers."""
        async with asyncio.timeout(60):
            while not so():
                self.looked.clear()
                await self.looked.wait()

    async def workers_seen(self, count: int) -> None:
        """Wait until the bot knows so many workers."""
        await self.until_seen(lambda: len(self.fleet.lines) == count)


@asynccontextmanager
async def open_world(
    nursery: Nursery, server: PostgresServer, folder: Path, *, lease: float, deadline: float = 180.0
) -> AsyncIterator[FleetWorld]:
    """A bot on a server, whose model came to it from nowhere that a worker could reach."""
    tiny_model.install(folder / "models")
    settings = Settings(data_dir=folder / "data", models_dir=folder / "models", lease=lease, workers=1)
    settings = settings.model_copy(update={"deadline": deadline})
    async with open_store(server) as store:
        catalogue = ModelCatalogue(settings.models_dir, store.models, Speeds())
        await catalogue.refresh()
        async with open_fleet(settings, server, store, catalogue) as fleet:
            assert fleet is not None
            health, here = Health(), ObedientComposer()
            producer = PieceProducer(store.generations, here, health, catalogue.speeds, deadline=20.0, elsewhere=fleet)
            deliveries = DeliveryRetries(store.generations, health, clock.now, pauses=(0.0, 0.0), grace=0.05)
            scheduler = Scheduler(store.generations, producer, deliveries, health, catalogue.speeds, workers=1)
            world = FleetWorld(nursery, server, folder, store, catalogue, fleet, scheduler, health, here)

            def look() -> None:
                show_workers(fleet.lines, scheduler, catalogue.speeds, health, here=1)
                world.looked.set()

            fleet.on_change(look)
            await scheduler.start(world.audience)
            try:
                yield world
            finally:
                await scheduler.stop()
