"""The bot as a process, killed with -9 wherever it hurts: started again it does what was promised, and does it once."""

from __future__ import annotations

import sqlite3
import time
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.discord_ui.texts.sentences import load
from bot.standin.faults import Hold
from bot.standin.server import StandIn
from tests.bot.process import BotProcess

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from bot.standin.faults import Recorded
    from bot.standin.world import Interaction, Message, Person

UPLOAD = ("PATCH", "/webhooks/*/messages/*")
SHORT, LONG = {"length": 5}, {"length": 120}
STATES = "select state from generation order by number"


def with_sound(request: Recorded) -> bool:
    return request.has_file(".mp3")


@dataclass(slots=True)
class KillHarness:
    """A stand-in, the bot as a process, and two people."""

    discord: StandIn
    bot: BotProcess
    anna: Person
    ben: Person

    async def compose(self, options: dict[str, int], *, user: Person | None = None, wait: bool = True) -> Interaction:
        channel = self.discord.state.guilds[0].channel
        return await self.discord.slash("compose", user=user or self.anna, channel=channel, options=options, wait=wait)

    async def sounding(self, count: int = 1) -> list[Message]:
        """All messages of the channel, once so many of them have sound."""
        channel = self.discord.state.guilds[0].channel

        def found() -> bool:
            messages = self.discord.messages(channel)
            return sum(any(f.filename.endswith(".mp3") for f in each.attachments) for each in messages) >= count

        await self.discord.until(found, f"{count} pieces", seconds=120)
        return self.discord.messages(channel)

    async def kill_and_restart(self, hold: Hold | None = None) -> None:
        """End the bot with -9, cut what it waited for, and start it again."""
        await self.bot.kill()
        if hold is not None:
            hold.drop()
        await self.bot.start()


@asynccontextmanager
async def open_harness(folder: Path) -> AsyncIterator[KillHarness]:
    async with StandIn() as stand_in:
        stand_in.add_guild()
        anna, ben = stand_in.add_person("anna"), stand_in.add_person("ben")
        async with BotProcess(stand_in, folder, CADENZA_WORKERS="1") as bot:
            await stand_in.ready()
            yield KillHarness(stand_in, bot, anna, ben)
        assert not stand_in.violations


async def test_killed_while_acknowledging_the_piece_comes(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        hold = Hold()
        here.discord.faults.plan("POST", "/interactions/*", hold)
        await here.compose(SHORT, wait=False)
        await hold.arrived.wait()
        await here.kill_and_restart(hold)
        messages = await here.sounding()
        await here.bot.stop()

        assert len(messages) == 1
        assert here.bot.rows(STATES) == [("delivered",)]


async def test_killed_while_one_piece_is_composed_and_one_waits_both_come(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        await here.compose(LONG)
        await here.bot.says('"composing"')
        await here.compose(SHORT, user=here.ben)
        await here.bot.says('"accepted"', '"generation": 2')
        states = here.bot.rows(STATES)
        await here.kill_and_restart()
        messages = await here.sounding(2)
        await here.bot.stop()

        assert states == [("composing",), ("accepted",)]
        assert len(messages) == 2
        assert here.bot.rows(STATES) == [("delivered",), ("delivered",)]
        assert any("restarted" in str(edit.data.get("content")) for edit in edits(here))


def edits(here: KillHarness) -> list[Recorded]:
    return [request for request in here.discord.sent("PATCH") if request.status == 200]


async def test_killed_when_composed_but_not_sent_the_piece_comes_as_it_was_composed(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        hold = Hold(performed=False)
        here.discord.faults.plan(*UPLOAD, hold, when=with_sound)
        await here.compose(SHORT)
        await hold.arrived.wait()
        (before,) = here.bot.rows("select state, midi from generation")
        await here.kill_and_restart(hold)
        (message,) = await here.sounding()
        await here.bot.stop()

        assert before == ("composed", message.file(".mid").content)
        assert here.bot.rows(STATES) == [("delivered",)]


async def test_killed_when_sent_but_not_noted_the_piece_is_there_once(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        hold = Hold()
        here.discord.faults.plan(*UPLOAD, hold, when=with_sound)
        interaction = await here.compose(SHORT)
        await hold.arrived.wait()
        (before,) = here.bot.rows(STATES)
        await here.kill_and_restart(hold)
        await here.discord.until(lambda: len(interaction.message.reactions) == 3, "the reactions")
        messages = await here.sounding()
        await here.bot.stop()

        assert before == ("composed",)
        assert messages == [interaction.message]
        assert here.bot.rows("select state, message_id from generation") == [("delivered", interaction.message.id)]


async def test_killed_when_posted_by_its_own_token_but_not_noted_the_piece_is_there_once(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        late, hold = Hold(performed=False), Hold()
        here.discord.faults.plan(*UPLOAD, late, when=with_sound)
        here.discord.faults.plan("POST", "/channels/*/messages", hold)
        interaction = await here.compose(SHORT)
        await late.arrived.wait()
        here.discord.expire(interaction)
        await here.discord.delete_message(interaction.message)
        late.release()
        await hold.arrived.wait()
        (posted,) = await here.sounding()
        await here.kill_and_restart(hold)
        await here.discord.until(lambda: len(posted.reactions) == 3, "the reactions")
        messages = await here.sounding()
        await here.bot.stop()

        assert messages == [posted]
        assert here.bot.rows("select state, message_id from generation") == [("delivered", posted.id)]


async def test_killed_between_the_halves_of_a_battle_and_when_it_was_sent_both_are_there_once(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        hold = Hold()
        here.discord.faults.plan(*UPLOAD, hold, when=with_sound)
        channel = here.discord.state.guilds[0].channel
        asked = await here.discord.slash(
            "battle", user=here.anna, channel=channel, length=5, model="grammar", against="stochastic"
        )
        await here.bot.says('"rendered"')
        await here.kill_and_restart()
        await hold.arrived.wait()
        before, since = here.bot.rows(STATES), len(here.bot.said)
        await here.kill_and_restart(hold)
        await here.bot.says('"delivered"', since=since)
        messages = await here.sounding()
        await here.bot.stop()

        assert before == [("composed",), ("composed",)]
        assert messages == [asked.message]
        assert [file.filename for file in asked.message.attachments] == ["A.mp3", "B.mp3"]
        assert here.bot.rows(STATES) == [("delivered",), ("delivered",)]
        assert here.bot.rows("select message_id from battle where closed_at is null") == [(asked.message.id,)]


async def test_killed_with_a_rating_just_received_the_rating_is_kept(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        await here.compose(SHORT)
        (message,) = await here.sounding()
        await here.discord.until(lambda: len(message.reactions) == 3, "the reactions")
        await here.discord.react(message, "👍", user=here.ben)
        await here.discord.gateway.beat()
        before = len(here.bot.said)
        await here.kill_and_restart()
        await here.bot.says("reactions read back", '"messages": 1', since=before)
        await here.bot.stop()

        assert here.bot.rows("select user_id, value from rating") == [(here.ben.id, 1)]


async def test_killed_when_rated_before_the_arrival_was_noted_the_rating_is_kept(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        hold = Hold()
        here.discord.faults.plan(*UPLOAD, hold, when=with_sound)
        interaction = await here.compose(SHORT)
        await hold.arrived.wait()
        await here.discord.react(interaction.message, "❤️", user=here.ben)
        before = len(here.bot.said)
        await here.kill_and_restart(hold)
        await here.bot.says("reactions read back", '"messages": 1', since=before)
        await here.bot.stop()

        assert here.bot.rows("select user_id, value from rating") == [(here.ben.id, 2)]


async def test_asked_to_stop_while_composing_it_goes_within_ten_seconds_and_the_piece_comes_later(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        await here.compose(LONG)
        await here.bot.says('"composing"')
        began = time.monotonic()
        status = await here.bot.stop()
        seconds = time.monotonic() - began
        states = here.bot.rows(STATES)
        await here.bot.start()
        messages = await here.sounding()

        assert status == 0
        assert seconds < 10
        assert states == [("accepted",)]
        assert len(messages) == 1


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock that every write needs."""
    with closing(sqlite3.connect(folder / "data" / "cadenza.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def test_killed_with_an_answer_promised_that_nothing_is_committed_for_the_person_is_told(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        with locked(tmp_path):
            composing = await here.compose(SHORT)
            channel = composing.channel
            setting = await here.discord.slash("settings", user=here.ben, channel=channel, length=20)
            await here.bot.kill()
        await here.bot.start()
        await here.discord.until(lambda: "restarted" in composing.message.text, "a sentence", seconds=20)
        await here.discord.until(lambda: "restarted" in setting.message.text, "a sentence", seconds=20)
        await here.bot.says('"answer was cut off"')
        await here.bot.stop()

        assert here.bot.rows("select * from generation") == []
        assert list((tmp_path / "data" / "answers").iterdir()) == []


async def test_killed_before_a_piece_is_posted_again_the_person_is_told(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        await here.compose(SHORT)
        (message,) = await here.sounding()
        await here.bot.says('"delivered"')
        hold = Hold(performed=False)
        here.discord.faults.plan(*UPLOAD, hold, when=with_sound)
        again = await here.discord.slash("track", user=here.ben, channel=message.channel, number=1)
        await hold.arrived.wait()
        await here.kill_and_restart(hold)
        await here.discord.until(lambda: not again.message.loading, "a sentence", seconds=20)
        await here.bot.stop()

        assert again.message.text == load("en")("trouble.cut_off")
        assert here.bot.rows("select count(*) from post") == [(1,)]


async def test_killed_when_a_piece_was_posted_again_but_not_noted_its_votes_count(tmp_path: Path):
    async with open_harness(tmp_path) as here:
        await here.compose(SHORT)
        (message,) = await here.sounding()
        await here.bot.says('"delivered"')
        hold = Hold()
        here.discord.faults.plan(*UPLOAD, hold, when=with_sound)
        again = await here.discord.slash("track", user=here.anna, channel=message.channel, number=1)
        await hold.arrived.wait()
        await here.discord.react(again.message, "❤️", user=here.ben)
        before = len(here.bot.said)
        await here.kill_and_restart(hold)
        await here.discord.until(lambda: len(again.message.reactions) == 3, "the reactions", seconds=20)
        await here.bot.says("reactions read back", since=before)
        await here.discord.gateway.beat()
        await here.bot.stop()

        assert again.message.attachments
        assert here.bot.rows("select message_id from post order by message_id") == [(message.id,), (again.message.id,)]
        assert here.bot.rows("select user_id, value from rating") == [(here.ben.id, 2)]
