"""Begins battles: which two contestants meet, and what all votes say of them."""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import structlog

from bot.domain.battle import Contestant
from bot.domain.order import Order
from bot.domain.standing_table import StandingTable, fit_standings
from bot.domain.taste import TasteChoice
from bot.errors import NoRival
from bot.storage.learning.battles import bouts
from bot.storage.tables import battle_vote

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.domain.generation import Generation
    from bot.pipeline.model_catalogue import ModelCatalogue
    from bot.pipeline.orders import OrderService
    from bot.pipeline.scheduler import Scheduler
    from bot.storage.admission import Admission, Limits
    from bot.storage.dialects.dialect import Dialect
    from bot.storage.store import Store

log = structlog.stdlib.get_logger(__name__)

_FRESH = 60.0
"""Seconds for which a standing table is not fitted anew."""

_VERSIONS = 2
"""Versions of each model that may meet others unasked, the newest."""

_BITS = 62
"""Bits of the number of a daily battle's request, which is no interaction's."""


class BattleService:
    """What commands, buttons and the days ask of battles."""

    def __init__(
        self,
        database: Dialect,
        store: Store,
        catalogue: ModelCatalogue,
        scheduler: Scheduler,
        orders: OrderService,
        *,
        rng: random.Random | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin none yet.

        Args:
            database: Where the votes are read.
            store: The rows.
            catalogue: Catalogue of the models that may meet.
            scheduler: Scheduler that has both pieces made.
            orders: Service that settles what an order leaves open.
            rng: Source of the draws; one that nobody can foresee otherwise.
            monotonic: Clock by which a table gets old.
        """
        self._database = database
        self._store = store
        self._catalogue = catalogue
        self._scheduler = scheduler
        self._orders = orders
        self._rng = rng or random.SystemRandom()
        self._monotonic = monotonic
        self._fitting = asyncio.Lock()
        self._table: tuple[float, StandingTable] | None = None

    async def accept(
        self, order: Order, against: str | None = None, *, committed: Callable[[], Awaitable[None]] | None = None
    ) -> Generation:
        """Settle a request twice, for two contestants, and let both pieces wait for their turns.

        Args:
            order: Order as it was asked; a model that it names is one of the two.
            against: Model that is the other one, by name or NAME@VERSION; None leaves that open.
            committed: As `OrderService.accept` takes it.

        Returns:
            The first piece, by whose number the battle is called.

        Raises:
            Refusal: As `OrderService.accept` does; of the hour's pieces, two are needed.
            NoRival: No two contestants can compose that.
        """
        pair, limits = await self._pair(order, against)
        both = await self._store.battles.admit(pair, limits)
        assert both is not None  # only days can be taken
        try:
            if committed is not None:
                await committed()
        finally:
            await self._add(both)
        return both[0]

    async def accept_daily(self, guild_id: int, channel_id: int, day: str, *, locale: str) -> Generation | None:
        """Begin the battle of a day that a server wants; None if it has had that.

        Raises:
            Refusal: There is no room now, or nobody to meet.
        """
        number = int.from_bytes(hashlib.sha256(f"{guild_id} {day}".encode()).digest()) >> (256 - _BITS)
        order = Order(request_id=number, user_id=None, guild_id=guild_id, channel_id=channel_id, locale=locale)
        pair, limits = await self._pair(order, None)
        both = await self._store.battles.admit(pair, limits, day=day)
        if both is None:
            return None
        await self._add(both)
        return both[0]

    async def standings(self) -> StandingTable:
        """What all votes say, fitted in a thread; not older than a minute."""
        async with self._fitting:
            now = self._monotonic()
            if self._table is None or now - self._table[0] > _FRESH:
                self._table = now, await asyncio.to_thread(_fit, self._database)
            return self._table[1]

    async def taste_standings(self, guild_id: int | None) -> StandingTable:
        """What the votes of one server say of its own taste beside others; nobody else is told."""
        if guild_id is None:
            return fit_standings([])
        return await asyncio.to_thread(_fit_tastes, self._database, guild_id)

    async def _add(self, both: tuple[Generation, Generation]) -> None:
        log.info("battle", battle=both[0].number, models=[str(contestant(half)) for half in both])
        for half in both:
            await self._scheduler.add(half)

    async def _pair(self, order: Order, against: str | None) -> tuple[tuple[Admission, Admission], Limits]:
        """Two contestants for one request, in an order that tells nothing.

        What is named is taken; if that is one version twice, it meets itself by another taste. Of the others those are
        likelier whose battle would tell more.
        """
        wishes = {name: plain for name, plain in order.wishes.items() if name != "model"}
        named = [str(model) for model in (order.wishes.get("model"), against) if model is not None]
        open_order = replace(order, private=bool(order.private), wishes=wishes)
        certain: list[Admission] = []
        for model in named:
            [wanted], limits = await self._orders.weigh(open_order, [model])
            certain.append(wanted)
        if len(certain) == _SIDES and contestant(certain[0]) == contestant(certain[1]):
            certain[1:] = await self._by_shared_taste(certain[1:], order.guild_id) or certain[1:]
        if len(certain) < _SIDES:
            able, limits = await self._orders.weigh(open_order, self._pool())
            certain = await self._choose(certain, able, order.guild_id)
        if not _may_meet(*certain):
            raise _why_not(*certain)
        first, second = self._rng.sample(certain, _SIDES)
        return (first, replace(second, request_id=-first.request_id)), limits

    def _pool(self) -> list[str]:
        """Who may meet: the newest versions of each name, the one that composes among them."""
        newest = [(name, self._catalogue.versions(name)[:_VERSIONS]) for name in self._catalogue.names()]
        live = {name: self._catalogue.engine(name).identity.version for name in self._catalogue.names()}
        return [f"{name}@{version}" for name, versions in newest for version in {live[name], *versions}]

    async def _choose(
        self, certain: Sequence[Admission], able: Sequence[Admission], guild_id: int | None
    ) -> list[Admission]:
        able = [*able, *await self._by_shared_taste(certain or able, guild_id)]
        pairs = [(one, other) for one in certain for other in able] or list(combinations(able, 2))
        fitting = [pair for pair in pairs if _may_meet(*pair)]
        if not fitting:
            raise NoRival
        versions, tastes = await self.standings(), await self.taste_standings(guild_id)
        own = await self._own_taste(guild_id)
        told = [
            tastes.information(*(_of_taste(one, own) for one in pair))
            if contestant(pair[0]) == contestant(pair[1])
            else versions.information(*(contestant(one) for one in pair))
            for pair in fitting
        ]
        return list(self._rng.choices(fitting, weights=told)[0])

    async def _by_shared_taste(self, pieces: Sequence[Admission], guild_id: int | None) -> list[Admission]:
        """The same pieces by what all servers like, or by nobody's taste as long as there is none that they share.

        There are some only where the server's own taste composes: whether that is the better one is heard, too.
        """
        own = await self._own_taste(guild_id)
        if own is None:
            return []
        shared = await self._store.tastes.composing(guild_id, TasteChoice.SHARED)
        return [replace(one, taste=shared) for one in pieces if one.taste == own and self._adapts(one)]

    async def _own_taste(self, guild_id: int | None) -> int | None:
        return await self._store.tastes.composing(guild_id, TasteChoice.OWN)

    def _adapts(self, piece: Admission) -> bool:
        """Whether a taste makes a difference: networks compose by one."""
        return self._catalogue.engine(f"{piece.options.model}@{piece.options.version}").card is not None


_SIDES = 2


def contestant(piece: Admission | Generation) -> Contestant:
    """What composes a piece, or is to."""
    return Contestant(piece.options.model, piece.options.version)


def _of_taste(piece: Admission, own: int | None) -> Contestant:
    """What is to compose a piece, where tastes of one version meet."""
    other = TasteChoice.OFF if piece.taste is None else TasteChoice.SHARED
    return replace(contestant(piece), taste=TasteChoice.OWN if piece.taste == own else other)


def _why_not(one: Admission, other: Admission) -> NoRival:
    """What keeps two that were named from meeting."""
    if contestant(one) == contestant(other):
        return NoRival(named_twice=True)
    if one.options.seconds != other.options.seconds:
        return NoRival(option="length")
    return NoRival(option="style") if one.options.style != other.options.style else NoRival()


def _may_meet(one: Admission, other: Admission) -> bool:
    """Whether two settled orders are for one request, and differ either in what composes them or in the taste.

    A model has lengths of its own where nobody says any. If both differed, the votes would tell of neither.
    """
    alike = (one.options.seconds, one.options.style) == (other.options.seconds, other.options.style)
    return alike and (contestant(one) != contestant(other)) != (one.taste != other.taste)


def _fit(database: Dialect) -> StandingTable:
    with database.reading() as connection:
        return fit_standings([bout for bout in bouts(connection) if not bout.is_of_tastes])


def _fit_tastes(database: Dialect, guild_id: int) -> StandingTable:
    with database.reading() as connection:
        here = bouts(connection, battle_vote.c.guild_id == guild_id)
        return fit_standings([bout for bout in here if bout.is_of_known_tastes])
