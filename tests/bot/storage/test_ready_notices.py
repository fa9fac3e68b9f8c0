"""Whoever waited long for a piece is to be told that it is ready, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.order import Defaults
from tests.bot.builders import ANN, CHANNEL, LIMITS, MUSIC, NOON, SetClock, admission, post
from tests.bot.databases import open_store

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_database")

LONG = 61.0


@pytest.mark.parametrize(
    ("waited", "private", "channel", "notify", "due"),
    [
        (LONG, False, CHANNEL, None, True),
        (LONG, False, CHANNEL, True, True),
        (59.0, False, CHANNEL, None, False),
        (LONG, True, CHANNEL, None, False),
        (LONG, False, CHANNEL, False, False),
        (LONG, False, CHANNEL + 1, None, False),
    ],
    ids=["long", "long, and wished", "short", "private", "not wished", "came as a direct message"],
)
async def test_whether_somebody_is_to_be_told(tmp_path: Path, waited, private, channel, notify, due):
    clock = SetClock()
    async with open_store(tmp_path / "cadenza.sqlite3", clock) as store:
        await store.preferences.set_defaults(ANN, Defaults(notify=notify))
        number = (await store.generations.admit(admission(private=private), LIMITS)).number
        await store.generations.begin({number}, lease="here")
        await store.generations.composed(number, MUSIC)
        clock.time = NOON + timedelta(seconds=waited)

        noted = await store.generations.delivered(number, post(number, channel_id=channel), {})

        assert noted is not None
        assert noted.reply_token == "a-reply-token"
        assert [each.number for each in await store.generations.untold()] == ([number] if due else [])
        assert [await store.generations.told(number) for _ in range(2)] == [due, False]
