"""The gateway fails and comes back: nothing that people did meanwhile is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot.standin.faults import Hold
from tests.bot.whole_bot import wired

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.whole_bot import Wired

RATINGS = "select user_id, value from rating order by user_id"


@pytest.fixture(autouse=True)
def _no_wait_before_identifying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the five seconds that discord.py waits between two sessions."""

    async def at_once(_self: discord.Client, _shard: int | None, *, initial: bool = False) -> None:
        """Wait for nothing."""

    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)


async def lost_and_resumed(both: Wired) -> None:
    both.discord.gateway.drop()
    await both.discord.until(lambda: both.discord.gateway.resumed, "a resumed session")


async def asked_to_reconnect(both: Wired) -> None:
    await both.discord.gateway.ask_reconnect()
    await both.discord.until(lambda: both.discord.gateway.resumed, "a resumed session")


async def begun_anew(both: Wired) -> None:
    await both.discord.gateway.invalidate()
    await both.discord.until(
        lambda: both.discord.gateway.identified > 1 and both.discord.gateway.connected, "a new session"
    )


@pytest.mark.parametrize("trouble", [lost_and_resumed, asked_to_reconnect, begun_anew])
async def test_whatever_the_gateway_does_a_piece_is_delivered_and_the_next_one_taken(tmp_path: Path, trouble):
    async with wired(tmp_path) as both:
        hold = Hold(performed=False)
        both.discord.faults.plan("PATCH", "/webhooks/*/messages/*", hold)
        interaction = await both.compose()
        await hold.arrived.wait()
        await trouble(both)
        hold.release()
        first = await both.delivered()
        await both.compose(user=both.ben)
        second = await both.delivered(count=2)

        assert first is interaction.message
        assert both.discord.messages(both.channel) == [first, second]


async def test_a_reaction_given_while_the_connection_was_lost_counts(tmp_path: Path):
    async with wired(tmp_path) as both:
        await both.compose()
        message = await both.delivered()
        await both.discord.until(lambda: len(message.reactions) == 3, "three reactions")
        both.discord.gateway.drop()
        await both.discord.react(message, "👍", user=both.ben)
        await both.discord.until(lambda: both.discord.gateway.resumed, "a resumed session")
        await both.settled()
        await both.stop()

        assert both.rows(RATINGS) == [(both.ben.id, 1)]


async def test_a_reaction_given_while_the_session_was_over_is_read_back(tmp_path: Path):
    async with wired(tmp_path) as both:
        await both.compose()
        message = await both.delivered()
        await both.discord.until(lambda: len(message.reactions) == 3, "three reactions")
        both.discord.gateway.forget()
        await both.discord.react(message, "❤", user=both.ben)
        before = len(both.said)
        both.discord.gateway.drop()
        await both.hears("reactions read back", since=before)
        await both.stop()

        assert both.rows(RATINGS) == [(both.ben.id, 2)]


async def test_reactions_of_the_time_when_the_bot_was_down_are_read_back(tmp_path: Path):
    async with wired(tmp_path) as both:
        await both.compose()
        message = await both.delivered()
        await both.discord.until(lambda: len(message.reactions) == 3, "three reactions")
        await both.discord.react(message, "👍", user=both.anna)
        await both.discord.react(message, "👎", user=both.ben)
        await both.settled()
        await both.stop()

        await both.discord.unreact(message, "👍", user=both.anna)
        await both.discord.unreact(message, "👎", user=both.ben)
        await both.discord.react(message, "👍", user=both.ben)
        robot = both.discord.add_person("robot", bot=True)
        await both.discord.react(message, "👍", user=robot)
        before = len(both.said)
        await both.start()
        await both.hears("reactions read back", since=before)
        await both.stop()

        assert both.rows(RATINGS) == [(both.ben.id, 1)]


async def test_votes_change_fall_back_and_go(tmp_path: Path):
    async with wired(tmp_path) as both:
        await both.compose()
        message = await both.delivered()
        await both.discord.until(lambda: len(message.reactions) == 3, "three reactions")
        told = []
        for step, emoji in (("react", "👍"), ("react", "👎"), ("unreact", "👎"), ("unreact", "👍")):
            await getattr(both.discord, step)(message, emoji, user=both.ben)
            await both.settled()
            told.append(await both.app.store.ratings.of(1, both.ben.id))

        assert told == [1, -1, 1, None]


async def test_a_moderator_clears_reactions_and_deletes_the_message(tmp_path: Path):
    async with wired(tmp_path) as both:
        await both.compose()
        message = await both.delivered()
        await both.discord.until(lambda: len(message.reactions) == 3, "three reactions")
        await both.discord.react(message, "👍", user=both.ben)
        await both.discord.react(message, "👎", user=both.anna)
        await both.discord.clear_reactions(message, "👎")
        await both.settled()
        await both.discord.delete_message(message)
        await both.settled()
        await both.stop()

        assert both.rows(RATINGS) == [(both.ben.id, 1)]
        assert both.rows("select count(*) from post") == [(0,)]
