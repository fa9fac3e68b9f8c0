"""What one bot does, the others of its database hear."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.domain.shards import parse_share
from bot.fleet.opening import open_fleet
from bot.pipeline.estimates import Speeds
from bot.pipeline.model_catalogue import ModelCatalogue
from bot.settings import Settings
from bot.storage.store import open_store
from tests.bot import tiny_model
from tests.bot.builders import LIMITS, admission

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    import pytest

    from bot.fleet.fleet import Fleet
    from bot.storage.dialects.postgresql import PostgresServer
    from bot.storage.store import Store

TRAINED = 101


class Catalogue(ModelCatalogue):
    """One of which can be waited for what it knows."""

    looked: asyncio.Event

    async def refresh(self) -> None:
        await super().refresh()
        self.looked.set()

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not so():
                self.looked.clear()
                await self.looked.wait()

    @property
    def composing(self) -> int:
        return self.engine("tiny").identity.version


@dataclass(frozen=True)
class Bot:
    """Of a bot, what hears and tells."""

    catalogue: Catalogue
    store: Store
    fleet: Fleet


@asynccontextmanager
async def open_bot(server: PostgresServer, folder: Path, shards: str) -> AsyncIterator[Bot]:
    """A bot that has some of the shards."""
    tiny_model.install(folder / "models")
    settings = Settings(
        data_dir=folder / "data",
        models_dir=folder / "models",
        shards=shards,
        database_url=SecretStr(server.url.render_as_string(hide_password=False)),
    )
    async with open_store(server, share=settings.share) as store:
        learned, fetched = settings.learned_folder, settings.fetched_folder
        folders = {"learned_folder": learned, "fetched_folder": fetched}
        catalogue = Catalogue(settings.models_dir, store.models, Speeds(), **folders)
        catalogue.looked = asyncio.Event()
        await catalogue.refresh()
        async with open_fleet(settings, server, store, catalogue) as fleet:
            assert fleet is not None
            catalogue.looked.clear()
            yield Bot(catalogue, store, fleet)


async def test_what_one_bot_trains_composes_at_all_as_long_as_it_does_there(
    server: PostgresServer, tmp_path: Path
) -> None:
    async with (
        open_bot(server, tmp_path / "a", "0/2") as first,
        open_bot(server, tmp_path / "b", "1/2") as second,
    ):
        one, other, registry = first.catalogue, second.catalogue, second.store.models
        assert other.learned_folder is not None
        path = tiny_model.install(other.learned_folder, version=TRAINED)
        await other.refresh()
        before = one.composing
        await registry.promote("tiny", TRAINED)
        await one.until(lambda: one.composing == TRAINED)
        learned = one.learned("tiny")
        await registry.promote("tiny", 1)
        await one.until(lambda: one.composing == 1)
        path.unlink()
        await other.refresh()
        await one.until(lambda: not one.keeps("tiny", TRAINED))
        await other.until(lambda: not other.keeps("tiny", TRAINED))

    assert before == 1
    assert learned == (TRAINED,)


async def test_a_bot_hears_when_others_ask_begin_and_cancel(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.fleet.fleet._LOOK_EVERY", 0.0)
    heard = asyncio.Semaphore(0)

    async def hear() -> None:
        heard.release()

    async with (
        open_bot(server, tmp_path / "a", "0/2") as one,
        open_store(server, share=parse_share("1/2")) as other,
        asyncio.timeout(60),
    ):
        one.fleet.on_queue(hear)
        # It looks at its models as soon as it hears.
        await one.catalogue.looked.wait()
        number = (await other.generations.admit(admission(), LIMITS)).number
        await heard.acquire()
        await other.generations.begin({number}, lease="other")
        await heard.acquire()
        await other.generations.cancelled(number)
        await heard.acquire()
