"""Orders and rows to test with, and a clock that goes when it is told to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from bot.domain.generation import Music, Post
from bot.domain.order import Options, Order
from bot.storage.admission import Admission, Limits

if TYPE_CHECKING:
    from bot.domain.battle import Battle
    from bot.domain.generation import Generation
    from bot.storage.store import Store

ANN, BOB, EVE = 1001, 1002, 1003
SERVER, OTHER_SERVER, CHANNEL = 501, 502, 77
LATER = 10**18
"""An id of Discord's that is higher than all that tests give."""
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

_requests = count(1)

OPTIONS = Options(seconds=12.0, model="tiny", version=1, seed=7, style="piano")
LIMITS = Limits(on_the_way=3, per_hour=20, queue_size=20, room_at=NOON)
MUSIC = Music(
    midi=b"MThd",
    tokens=(1, 2, 3),
    title="Nocturne in E flat major",
    chosen_key="E flat major",
    chosen_metre="3/4",
    beats_per_minute=72.0,
    bars=8,
    measures={"density": 3.5},
    seconds_spent={"sample": 1.5},
)


class SetClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def admission(**changes: Any) -> Admission:
    """A piece to be accepted, with a request of its own."""
    wanted = Admission(
        request_id=next(_requests),
        user_id=ANN,
        guild_id=SERVER,
        channel_id=CHANNEL,
        locale="en-US",
        private=False,
        options=OPTIONS,
        reply_token="a-reply-token",
        another_of=None,
        asked_at=NOON,
    )
    return replace(wanted, **changes)


def order(**changes: Any) -> Order:
    """An order with a request of its own."""
    wishes = {"seconds": 6}
    wanted = Order(request_id=next(_requests), user_id=ANN, guild_id=SERVER, channel_id=CHANNEL, wishes=wishes)
    return replace(wanted, **changes)


def post(number: int, message_id: int = 9000, **changes: Any) -> Post:
    """A message with a result."""
    where = Post(message_id=message_id, number=number, channel_id=CHANNEL, guild_id=SERVER, posted_at=NOON)
    return replace(where, **changes)


async def delivered(store: Store, *, message_id: int | None = None, music: Music = MUSIC, **changes: Any) -> Generation:
    """A piece that has gone all its way."""
    limits = replace(LIMITS, on_the_way=10**6, per_hour=10**6)
    number = (await store.generations.admit(admission(**changes), limits)).number
    await store.generations.begin({number}, lease="test")
    await store.generations.composed(number, music)
    where = post(number, message_id or 9000 + number, guild_id=changes.get("guild_id", SERVER))
    generation = await store.generations.delivered(number, where, {"render": 0.5})
    assert generation is not None
    return generation


async def begun_battle(store: Store, **changes: Any) -> tuple[Generation, Generation]:
    """Two pieces that are accepted to meet in a battle: of two versions, A's the older."""
    limits = replace(LIMITS, on_the_way=10**6, per_hour=10**6)
    first = admission(**changes)
    other = replace(first, request_id=-first.request_id, options=replace(first.options, version=2))
    pair = await store.battles.admit((first, other), limits)
    assert pair is not None
    return pair


async def open_battle(store: Store, *, music: Music = MUSIC, **changes: Any) -> Battle:
    """A battle that stands in a message, so that people may vote."""
    first, second = await begun_battle(store, **changes)
    for half in (first, second):
        await store.generations.begin({half.number}, lease="test")
        await store.generations.composed(half.number, music)
    where = post(first.number, 9000 + first.number, guild_id=changes.get("guild_id", SERVER))
    await store.generations.delivered(first.number, where, {})
    battle = await store.battles.get(first.number)
    assert battle is not None
    return battle


async def begun(store: Store, number: int) -> Generation:
    """Let composing begin."""
    generation = await store.generations.begin({number}, lease="test")
    assert generation is not None
    return generation
