"""Whoever waited long for a piece is called to it, once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.standin.faults import Hold, Refuse
from bot.storage import ready_notices
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.whole_bot import WholeBot


@pytest.fixture(autouse=True)
def _long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every piece take long."""
    monkeypatch.setattr(ready_notices, "LONG", timedelta(0))


def calls(here: WholeBot):
    return [each for each in here.discord.messages(here.channel) if each.pinged]


async def test_a_short_line_mentions_the_person_and_leads_to_the_piece_also_when_the_bot_starts_again(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        await here.compose()
        message = await here.delivered()
        await here.discord.until(lambda: calls(here), "a call")
        await here.restart()
        await here.stop()

        (call,) = calls(here)
        link = f"https://discord.com/channels/{here.guild.id}/{here.channel.id}/{message.id}"
        assert call.pinged == [here.anna.id]
        assert call.content == f"<@{here.anna.id}>, your piece [#1]({link}) is ready."
        assert here.rows("select untold from generation") == [(None,)]


async def test_a_call_that_is_still_to_be_made_at_a_start_is_made_by_the_bot_s_own_token(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        here.discord.faults.plan("POST", "/webhooks/*/*", Refuse(404, 10015))
        await here.compose()
        await here.delivered()
        await here.hears("not told that it is ready")
        with closing(sqlite3.connect(tmp_path / "data" / "cadenza.sqlite3")) as database:
            database.execute("update generation set untold = 1")
            database.commit()
        await here.restart()
        await here.hears("called")

        assert len(calls(here)) == 1


async def test_a_bot_that_is_killed_while_it_calls_does_not_call_again(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        hold = Hold(performed=True)
        here.discord.faults.plan("POST", "/webhooks/*/*", hold)
        await here.compose()
        await here.delivered()
        await hold.arrived.wait()
        await here.restart()
        hold.release()
        await here.settled()

        assert len(calls(here)) == 1


async def test_nobody_is_called_who_does_not_wish_it_or_to_a_private_piece(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        await here.compose(private=True)
        await here.delivered()
        shown = await here.discord.slash("settings", user=here.anna, channel=here.channel, notify=False)
        await here.compose()
        await here.delivered(count=2)
        await here.stop()

        assert shown.message is not None
        assert "notify: **✗**" in shown.message.text
        assert calls(here) == []
        assert here.rows("select untold from generation") == [(None,), (None,)]


async def test_the_call_goes_with_its_piece(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        await here.compose()
        message = await here.delivered()
        await here.hears("called")
        await here.discord.press(message, "Delete", user=here.anna)
        await here.discord.until(lambda: here.discord.messages(here.channel) == [], "nothing to be left")


async def test_the_call_goes_with_its_person_whose_piece_stays(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        await here.compose()
        message = await here.delivered()
        await here.hears("called")
        await here.app.orders.forget(here.anna.id, delete=False, before_id=2**62)
        await here.restart()
        await here.discord.until(lambda: here.discord.messages(here.channel) == [message], "the call to be gone")
