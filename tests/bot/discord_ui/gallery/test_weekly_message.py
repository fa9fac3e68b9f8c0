"""The best of the week are posted once, at the server's hour, and named for as long as they are there."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from bot.domain.order import ServerSettings
from tests.bot.discord_ui.discord_world import buttons, hurried, listed, open_discord_world


async def look(here):
    """The keeper's next look."""
    await here.env.settle()
    await here.env.bot.get_cog("GalleryCog").weekly.work_off()
    await here.env.settle()


async def week_is_over(here, monkeypatch):
    """A channel for the server's weekly message, whose hour has just come, after two pieces that people like."""
    channel = here.guild.create_text_channel("week")
    people = [here.bob, here.person("cy"), here.person("dee")]
    for voters in (people[:2], people):
        piece = await here.composed()
        message = here.message(piece)
        for person in voters:
            await person.react(message, "👍")
    later = piece.created_at + timedelta(hours=1)
    monkeypatch.setattr(here.app.store.weekly, "_clock", lambda: later)
    begun = later.replace(minute=0, second=0, microsecond=0) - timedelta(days=7)
    wanted = ServerSettings(weekly=channel.id, weekly_from=int(begun.timestamp()))
    await here.app.store.preferences.set_server(here.guild.id, wanted, by=1)
    return channel


async def test_the_best_are_told_once_and_what_is_deleted_is_left_out(tmp_path, monkeypatch):
    async with open_discord_world(tmp_path) as here:
        channel = await week_is_over(here, monkeypatch)
        await look(here)
        await here.env.restart_bot(hurried(here.app))
        await look(here)

        (message,) = channel.history()
        title, first, second, _ = listed(message)
        assert title == "### Best of the week"
        assert [row[:12] for row in (first, second)] == ["**1.** `#2` ", "**2.** `#1` "]
        assert first.endswith("👍 100% (3 votes)")
        assert list(buttons(message)) == ["cadenza:play:2", "cadenza:play:1"]

        await here.ann.slash(here.channel, "delete", number=2)
        await look(here)
        assert listed(channel.last_message)[1].startswith("**1.** `#1` ")
        await here.ann.slash(here.channel, "delete", number=1)
        await look(here)
        assert channel.history() == []


@pytest.mark.parametrize("deleted", [[1], [1, 2]])
async def test_a_bot_that_ended_between_message_and_note_does_not_post_again(tmp_path, monkeypatch, deleted):
    async with open_discord_world(tmp_path) as here:
        channel = await week_is_over(here, monkeypatch)

        async def killed(*_):
            raise ConnectionError

        with monkeypatch.context() as patched:
            patched.setattr(here.app.store.weekly, "told", killed)
            await look(here)
        for number in deleted:
            await here.ann.slash(here.channel, "delete", number=number)
        await here.env.restart_bot(hurried(here.app))
        await look(here)

        left = [f"cadenza:play:{number}" for number in (2, 1) if number not in deleted]
        assert [list(buttons(message)) for message in channel.history()] == ([left] if left else [])


async def test_a_manager_sets_the_channel_and_reads_when_the_next_message_comes(tmp_path):
    async with open_discord_world(tmp_path) as here:
        manager = here.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        dora = here.person("dora", roles=[manager])

        shown = await dora.slash(here.channel, "server settings", weekly=here.channel)
        begun = (await here.app.store.preferences.server(here.guild.id)).weekly_from
        again = await dora.slash(here.channel, "server settings", weekly=here.guild.create_text_channel("other"))
        after = (await here.app.store.preferences.server(here.guild.id)).weekly_from
        unset = await dora.slash(here.channel, "server settings", reset="weekly")

        assert begun == after
        assert f"Best of the week: <#{here.channel.id}>, next <t:{begun + 7 * 86_400}:F>" in _text(shown)
        assert "next" in _text(again)
        assert "Best of the week: none" in _text(unset)
        assert await here.app.store.preferences.server(here.guild.id) == ServerSettings()


def _text(result):
    return result.response.embeds[0].description
