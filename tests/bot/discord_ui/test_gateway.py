"""The gateway fails and comes back: nothing that people did meanwhile is lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
import pytest

from bot.discord_ui.network import ShortPauses
from bot.standin.faults import Hold, Lose, Refuse
from tests.bot.whole_bot import at_work, open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.whole_bot import WholeBot

RATINGS = "select user_id, value from rating order by user_id"


@pytest.fixture(autouse=True)
def _no_wait_before_identifying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the five seconds that discord.py waits between two sessions."""

    async def at_once(_self: discord.Client, _shard: int | None, *, initial: bool = False) -> None:
        """Wait for nothing."""

    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)


async def lost_and_resumed(here: WholeBot) -> None:
    here.discord.gateway.drop()
    await here.discord.until(lambda: here.discord.gateway.resumed, "a resumed session")


async def asked_to_reconnect(here: WholeBot) -> None:
    await here.discord.gateway.ask_reconnect()
    await here.discord.until(lambda: here.discord.gateway.resumed, "a resumed session")


async def begun_anew(here: WholeBot) -> None:
    await here.discord.gateway.invalidate()
    await here.discord.until(
        lambda: here.discord.gateway.identified > 1 and here.discord.gateway.connected, "a new session"
    )


@pytest.mark.parametrize("trouble", [lost_and_resumed, asked_to_reconnect, begun_anew])
async def test_whatever_the_gateway_does_a_piece_is_delivered_and_the_next_one_taken(tmp_path: Path, trouble):
    async with open_whole_bot(tmp_path) as here:
        hold = Hold(performed=False)
        here.discord.faults.plan("PATCH", "/webhooks/*/messages/*", hold)
        interaction = await here.compose()
        await hold.arrived.wait()
        await trouble(here)
        hold.release()
        first = await here.delivered()
        await here.compose(user=here.ben)
        second = await here.delivered(count=2)

        assert first is interaction.message
        assert here.discord.messages(here.channel) == [first, second]


async def test_a_stop_does_not_wait_for_the_next_try_to_connect(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(ShortPauses, "delay", lambda _: 60.0)
    async with open_whole_bot(tmp_path) as here:
        here.discord.gateway.away = True
        here.discord.gateway.drop()
        await here.discord.until(lambda: here.discord.gateway.sent_away, "a try")

        async with asyncio.timeout(10):
            await here.stop()


async def test_a_bot_that_is_stopped_while_it_takes_up_its_work_leaves_nothing_at_work(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        await here.stop()  # it had just said that its scheduler works, and was not through with the beginning

        assert at_work() == []


async def test_a_reaction_given_while_the_connection_was_lost_counts(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        message = await here.compose_to_rate()
        here.discord.gateway.drop()
        await here.discord.react(message, "👍", user=here.ben)
        await here.discord.until(lambda: here.discord.gateway.resumed, "a resumed session")
        await here.settled()
        await here.stop()

        assert here.rows(RATINGS) == [(here.ben.id, 1)]


async def test_a_reaction_given_while_the_session_was_over_is_read_back(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        message = await here.compose_to_rate()
        here.discord.gateway.forget()
        await here.discord.react(message, "❤", user=here.ben)
        before = len(here.said)
        here.discord.gateway.drop()
        await here.hears("reactions read back", since=before)
        await here.stop()

        assert here.rows(RATINGS) == [(here.ben.id, 2)]


async def test_a_connection_that_is_lost_while_reactions_are_read_back_costs_none(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("bot.discord_ui.reaction_sync._AFTER_LOST", 0.01)
    async with open_whole_bot(tmp_path) as here:
        message = await here.compose_to_rate()
        await here.stop()
        await here.discord.react(message, "👍", user=here.ben)
        here.discord.faults.plan("GET", "/channels/*/messages/*", Lose(performed=False), times=2)
        before = len(here.said)
        await here.start()
        await here.hears("reactions read back", since=before)
        await here.stop()

        assert here.rows(RATINGS) == [(here.ben.id, 1)]


async def test_while_a_message_is_read_back_votes_are_noted_at_once_and_stay(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        message = await here.compose_to_rate()
        await here.discord.react(message, "👍", user=here.ben)
        await here.settled()
        hold = Hold()
        here.discord.faults.plan("GET", "/channels/*/messages/*", hold)
        before = len(here.said)
        await here.discord.gateway.invalidate()
        await hold.arrived.wait()
        await here.discord.unreact(message, "👍", user=here.ben)
        await here.discord.react(message, "❤️", user=here.anna)
        asked = await here.discord.menu("Vote on this piece", message, user=here.ben)
        noted = await here.discord.press(asked.message, "👎", user=here.ben)
        await here.discord.until(lambda: "Your vote for" in noted.message.text, "an answer", seconds=3)
        hold.release()
        await here.hears("reactions read back", since=before)
        await here.stop()

        assert sorted(here.rows(RATINGS)) == sorted([(here.ben.id, -1), (here.anna.id, 2)])


@pytest.mark.parametrize("trouble", [Lose(performed=False), Refuse(503)])
async def test_a_message_with_some_of_its_reactions_gets_the_others_when_it_is_read_back(tmp_path: Path, trouble):
    async with open_whole_bot(tmp_path) as here:
        # After a lost connection the library asks a second time by itself.
        times = 2 if isinstance(trouble, Lose) else 1
        here.discord.faults.plan("PUT", "/channels/*", trouble, when=lambda request: "👎" in request.path, times=times)
        await here.compose()
        message = await here.delivered()
        await here.hears("not all reactions")
        before = list(message.reactions)
        await here.restart()
        await here.discord.until(lambda: len(message.reactions) == 3, "three reactions", seconds=20)

        assert before == ["👍"]
        assert not any("rate" in button["custom_id"] for button in message.buttons())


async def test_reactions_of_the_time_when_the_bot_was_down_are_read_back(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        message = await here.compose_to_rate()
        await here.discord.react(message, "👍", user=here.anna)
        await here.discord.react(message, "👎", user=here.ben)
        await here.settled()
        await here.stop()

        await here.discord.unreact(message, "👍", user=here.anna)
        await here.discord.unreact(message, "👎", user=here.ben)
        await here.discord.react(message, "👍", user=here.ben)
        robot = here.discord.add_person("robot", bot=True)
        await here.discord.react(message, "👍", user=robot)
        before = len(here.said)
        await here.start()
        await here.hears("reactions read back", since=before)
        await here.stop()

        assert here.rows(RATINGS) == [(here.ben.id, 1)]


async def test_super_reactions_are_read_back_as_any_others(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        message = await here.compose_to_rate()
        await here.discord.react(message, "👍", user=here.anna, burst=True)
        await here.settled()
        await here.stop()
        await here.discord.react(message, "👍", user=here.ben, burst=True)
        before = len(here.said)
        await here.start()
        await here.hears("reactions read back", since=before)
        await here.stop()

        assert here.rows(RATINGS) == sorted([(here.anna.id, 1), (here.ben.id, 1)])


async def test_votes_change_fall_back_and_go(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        message = await here.compose_to_rate()
        told = []
        for step, emoji in (("react", "👍"), ("react", "👎"), ("unreact", "👎"), ("unreact", "👍")):
            await getattr(here.discord, step)(message, emoji, user=here.ben)
            await here.settled()
            told.append(await here.app.store.ratings.of(1, here.ben.id))

        assert told == [1, -1, 1, None]


async def test_a_moderator_clears_reactions_and_deletes_the_message(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        message = await here.compose_to_rate()
        await here.discord.react(message, "👍", user=here.ben)
        await here.discord.react(message, "👎", user=here.anna)
        await here.discord.clear_reactions(message, "👎")
        await here.settled()
        await here.discord.delete_message(message)
        await here.settled()
        await here.stop()

        assert here.rows(RATINGS) == [(here.ben.id, 1)]
        assert here.rows("select count(*) from post") == [(0,)]
