"""Gone means gone: on Discord too, after restarts, and for what was under way meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.standin.faults import Hold
from bot.standin.world import ADMINISTRATOR
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path

    from bot.standin.world import Person
    from tests.bot.whole_bot import WholeBot

UPLOAD = ("PATCH", "/webhooks/*/messages/*")
REMOVAL = ("DELETE", "/channels/*/messages/*")


async def erase(here: WholeBot, person: Person) -> None:
    """Press the button that deletes all, in a conversation of one's own."""
    asked = await here.discord.slash("privacy delete", user=person, channel=here.discord.direct(person))
    await here.discord.press(asked.message, "forget", user=person)
    await here.discord.until(lambda: "Deleted" in asked.message.text, "the end of it", seconds=10)


def standing(here: WholeBot) -> int:
    return len(here.discord.messages(here.channel))


async def test_a_vote_that_was_erased_is_not_read_back_from_its_reaction(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        message = await here.compose_to_rate()
        await here.discord.react(message, "👍", user=here.ben)
        await here.settled()
        await erase(here, here.ben)
        since = len(here.said)
        await here.restart()
        await here.hears("reactions read back", since=since)
        after_restart = await here.app.store.ratings.of(1, here.ben.id)
        await here.discord.react(message, "❤️", user=here.ben)
        await here.settled()

        assert after_restart is None
        assert await here.app.store.ratings.of(1, here.ben.id) == 2


async def test_messages_that_could_not_be_removed_are_removed_after_the_next_start(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        for _ in range(2):
            await here.compose()
        await here.delivered(count=2)
        hold = Hold(performed=False)
        here.discord.faults.plan(*REMOVAL, hold)
        asked = await here.discord.slash("privacy delete", user=here.anna, channel=here.discord.direct(here.anna))
        await here.discord.press(asked.message, "forget", user=here.anna)
        await hold.arrived.wait()
        before = standing(here)
        hold.drop()
        await here.restart()
        await here.discord.until(lambda: standing(here) == 0, "an empty channel", seconds=10)

        assert before == 2


async def test_a_piece_that_is_being_delivered_is_taken_back_when_it_arrives(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        hold = Hold()
        here.discord.faults.plan(*UPLOAD, hold, when=lambda request: request.has_file(".mp3"))
        await here.compose()
        await hold.arrived.wait()
        await erase(here, here.anna)
        hold.release()
        await here.hears("no longer wanted")
        await here.app.scheduler.sweep()
        await here.restart()
        await here.discord.until(lambda: standing(here) == 0, "an empty channel", seconds=10)

        assert here.rows("select * from generation") == []


async def test_a_piece_that_is_posted_again_meanwhile_is_taken_back(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        await here.compose()
        await here.delivered()
        await here.hears("delivered")
        hold = Hold()
        here.discord.faults.plan(*UPLOAD, hold, when=lambda request: request.has_file(".mp3"))
        await here.discord.slash("track", user=here.ben, channel=here.channel, number=1)
        await hold.arrived.wait()
        await erase(here, here.anna)
        hold.release()
        await here.discord.until(lambda: standing(here) == 0, "an empty channel", seconds=10)

        assert here.rows("select * from post") == []


async def test_a_server_that_the_bot_leaves_is_forgotten(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        await here.compose()
        await here.delivered()
        await here.hears("delivered")
        await here.discord.gateway.tell("GUILD_DELETE", {"id": str(here.guild.id)}, guild=True)
        await here.settled()
        await here.stop()

        assert here.rows("select * from post") == []
        assert here.rows("select state from generation") == [("delivered",)]


async def test_a_server_that_the_bot_left_while_it_was_away_is_forgotten(tmp_path: Path):
    async with open_whole_bot(tmp_path) as here:
        owner, left = here.discord.state.owner, here.guild
        await here.compose(user=owner)
        await here.delivered()
        await here.hears("delivered")
        stays = here.discord.add_guild("Academy")
        for guild in (left, stays):
            here.discord.join(guild, owner, ADMINISTRATOR)
            await here.discord.slash("server settings", user=owner, channel=guild.channel, options={"max-length": 60})
        await here.stop()
        left.installed = False
        await here.start()
        await here.settled()
        await here.stop()

        assert here.rows("select * from post") == []
        assert here.rows("select owner from setting where scope = 'server'") == [(stays.id,)]
