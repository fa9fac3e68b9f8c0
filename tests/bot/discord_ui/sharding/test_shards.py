"""The whole bot with several connections to the stand-in for Discord."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bot.errors import SettingsError, TemporaryTrouble
from bot.standin.server import StandIn
from tests.bot import tiny_model
from tests.bot.whole_bot import SHORT, WholeBot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.standin.world import Guild


@pytest.fixture(autouse=True)
def _no_wait_before_identifying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discord_ui.sharding.identify_turns.BETWEEN", 0.0)


@asynccontextmanager
async def open_big_world(folder: Path, *, shards: int, **settings: Any) -> AsyncIterator[WholeBot]:
    """A stand-in that recommends shards, with one guild in each, and a bot that has not been started."""
    tiny_model.install(folder / "models")
    async with StandIn() as stand_in:
        stand_in.gateway.recommended = shards
        here = WholeBot(stand_in, folder, settings)
        try:
            yield here
        finally:
            await here.stop()
        assert not stand_in.violations, stand_in.violations


def move(guild: Guild, shard: int, *, count: int) -> Guild:
    """Give a guild an id by which it is a shard's."""
    guild.id += (shard - (guild.id >> 22)) % count << 22
    return guild


async def test_a_bot_on_many_servers_has_the_connections_that_discord_recommends(tmp_path: Path) -> None:
    async with open_big_world(tmp_path, shards=2) as here:
        first, second = move(here.guild, 0, count=2), move(here.discord.add_guild("Academy"), 1, count=2)
        await here.start()
        shards = here.discord.gateway.shards
        for guild, person in ((first, here.anna), (second, here.ben)):
            await here.discord.slash("compose", user=person, channel=guild.channel, options=SHORT)
        pieces = [await here.delivered(guild.channel) for guild in (first, second)]
        await here.discord.until(lambda: len(pieces[1].reactions) == 3, "three reactions")
        here.discord.gateway.drop(1)
        await here.discord.react(pieces[1], "👍", user=here.anna)
        await here.discord.until(lambda: here.discord.gateway.resumed, "a resumed session")
        await here.settled()
        ready_again = here.app.health.ready
        here.discord.gateway.forget(1)
        await here.discord.react(pieces[1], "❤", user=here.ben)
        before = len(here.said)
        here.discord.gateway.drop(1)
        await here.hears("reactions read back", since=before)
        await here.stop()

        assert shards == [0, 1]
        assert ready_again
        assert here.rows("select value from rating order by user_id") == [(1,), (2,)]


@pytest.mark.parametrize(
    ("told", "kind", "sentence"),
    [
        ({"remaining": 1}, TemporaryTrouble, "begin 1 more sessions today, and it needs 2; more are allowed in 4.0 h"),
        ({"required": 4}, SettingsError, "too many servers for so few shards"),
    ],
)
async def test_what_discord_does_not_allow_is_told_in_a_sentence(tmp_path: Path, told, kind, sentence) -> None:
    async with open_big_world(tmp_path, shards=2) as here:
        here.discord.gateway.limit["remaining"] = told.get("remaining", 1000)
        here.discord.gateway.required = told.get("required", 1)

        await here.start()

        with pytest.raises(kind, match=sentence):
            await here.stop()
