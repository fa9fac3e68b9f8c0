"""The workers of a bot, opened with it where its database can be reached from elsewhere."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import structlog

from bot.fleet.model_exchange import ModelExchange
from bot.fleet.published_models import ModelPublisher
from bot.fleet.shared_lease import SharedLease
from bot.storage.dialects.postgresql import PostgresServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.fleet.fleet import Fleet
    from bot.pipeline.model_catalogue import ModelCatalogue
    from bot.settings import Settings
    from bot.storage.dialects.dialect import Dialect
    from bot.storage.store import Store

log = structlog.stdlib.get_logger(__name__)


@asynccontextmanager
async def open_fleet(
    settings: Settings, database: Dialect, store: Store, catalogue: ModelCatalogue
) -> AsyncIterator[Fleet | None]:
    """Know the workers for as long as the block lasts; None where there can be none."""
    if not isinstance(database, PostgresServer):
        yield None
        return
    if find_spec("pgqueuer") is None:
        log.warning("no workers: PgQueuer is missing; install cadenza[postgresql]")
        yield None
        return
    # It takes some tenths of a second to load, and a bot with a file needs none of it.
    from bot.fleet.fleet import Fleet  # noqa: PLC0415

    lease = SharedLease(store.preferences, settings.lease)
    if settings.share.leads:
        await lease.say()
    fleet = Fleet(
        database,
        store,
        catalogue.engines,
        bot=secrets.token_hex(8),
        lease=lease,
        deadline=settings.deadline,
    )
    publisher = ModelPublisher(store.model_files, catalogue, fetched=catalogue.fetched_folder)
    await publisher.publish()
    catalogue.on_refresh(publisher.publish)
    if catalogue.fetched_folder is not None:
        exchange = ModelExchange(store.model_files, catalogue, catalogue.fetched_folder)
        await exchange.fetch()
        fleet.on_models(exchange.fetch)
    watch = asyncio.create_task(fleet.keep_watch())
    try:
        yield fleet
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
