"""Two pieces for one request are heard blind, and whoever votes learns who composed them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.discord_ui.battles.daily_battles import DailyBattles
from bot.domain.battle import ENOUGH_VOTES, BattleTally
from bot.domain.generation import THERE, GenerationState
from bot.domain.order import ServerSettings
from bot.storage.learning import daily_rows
from tests.bot.builders import NOON, SetClock
from tests.bot.discord_ui.discord_world import PATIENCE, buttons, listed, open_discord_world
from tests.bot.storage.learning.test_tastes import LEARNED

ENDED = {GenerationState.FAILED, GenerationState.CANCELLED}


async def battle(here, person=None, **options):
    """A battle that stands in a message."""
    await (person or here.ann).slash(here.channel, "battle", **options)
    return await opened(here)


async def opened(here):
    second = await here.newest()
    await here.until(lambda piece: piece.state in THERE, second)
    return await here.app.store.battles.get(second - 1)


def message_of(here, found):
    return next(one for one in here.channel.history() if one.id == found.message_id)


def shown(message):
    return message.embeds[0].description


async def press(person, message, custom_id):
    """What the person, who presses a button, is told."""
    return (await person.click(message, custom_id=custom_id)).response.content


async def pieces_of(here, found):
    return [await here.app.store.generations.get(number) for number in (found.number, found.second)]


async def test_two_pieces_stand_in_one_message_that_gives_nothing_away_until_one_voted(tmp_path):
    async with open_discord_world(tmp_path) as here:
        found = await battle(here, length=20)
        message, pieces = message_of(here, found), await pieces_of(here, found)

        assert [file.filename for file in message.attachments] == ["A.mp3", "B.mp3"]
        told = f"{shown(message)} {buttons(message)} {message.content}"
        assert not any(piece.options.model in told or piece.title in told for piece in pieces)
        assert [(piece.options.seconds, piece.options.style) for piece in pieces] == [(20.0, "piano")] * 2
        assert len({(piece.options.model, piece.options.version) for piece in pieces}) == 2

        refused = await here.bob.slash(here.channel, "track", number=found.second)
        thanks = await press(here.bob, message, f"cadenza:pick:{found.number}:a")
        again = await press(here.bob, message, f"cadenza:pick:{found.number}:b")
        heard = await here.bob.slash(here.channel, "track", number=found.second)

        assert "Vote there first" in refused.response.content
        assert all(f"is {piece.options.model} v{piece.options.version}" in thanks for piece in pieces)
        assert "Your vote: **A**" in thanks
        assert "You voted before: **A**" in again
        assert heard.ephemeral
        assert await here.app.store.battles.tally(found.number) == BattleTally(a=1)
        await here.env.settle()
        assert "1 vote so far" in shown(message_of(here, found))
        assert [file.filename for file in message_of(here, found).attachments] == ["A.mp3", "B.mp3"]


async def test_a_battle_ends_with_enough_votes_and_tells_who_won(tmp_path):
    async with open_discord_world(tmp_path) as here:
        found = await battle(here, model="lstm", against="grammar")
        message, (_, second) = message_of(here, found), await pieces_of(here, found)

        for number in range(ENOUGH_VOTES):
            await press(here.person(f"p{number}"), message, f"cadenza:pick:{found.number}:b")
        await here.env.settle()

        ended = message_of(here, found)
        assert f"B wins: {second.options.model} v" in shown(ended)
        assert set(buttons(ended)) == {
            f"cadenza:play:{found.number}", f"cadenza:play:{found.second}", f"cadenza:battle:{found.number}"
        }  # fmt: skip
        table = listed((await here.bob.slash(here.channel, "top engines")).response)
        assert second.options.model in table[1]
        models = await here.bob.slash(here.channel, "models")
        assert "⚔️ wins" in shown(models.response)


async def test_its_composer_alone_ends_it_before_its_time_and_deletes_it(tmp_path):
    async with open_discord_world(tmp_path) as here:
        found = await battle(here)
        message = message_of(here, found)

        refused = await press(here.bob, message, f"cadenza:verdict:{found.number}")
        await here.ann.click(message, custom_id=f"cadenza:verdict:{found.number}")
        assert "can end this battle" in refused
        assert "nobody voted" in shown(message_of(here, found))

        await here.ann.slash(here.channel, "delete", number=found.second)
        assert found.message_id not in [one.id for one in here.channel.history()]
        assert await here.app.store.battles.get(found.number) is None


async def test_half_a_battle_that_fails_is_told_in_a_sentence_and_leaves_nothing(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.failing = True
        await here.ann.slash(here.channel, "battle")

        second = await here.newest()
        for number in (second - 1, second):
            await here.until(lambda piece: piece.state in ENDED, number)
        async with asyncio.timeout(PATIENCE):
            while await here.app.store.generations.untold():
                pass  # each look waits for the database

        assert "so there is no battle" in here.channel.history()[-1].content
        assert len(here.channel.history()) == 1
        assert await here.app.store.battles.get(second - 1) is None


async def test_a_battle_about_a_piece_has_its_composer_in_it_and_other_requests_may_find_none(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed(model="lstm", length=20)

        itself = await here.ann.slash(here.channel, "battle", model="lstm", against="lstm")
        unlike = await here.ann.slash(here.channel, "battle", model="lstm", against="audio-wavenet-raw")
        await here.bob.click(here.message(piece), custom_id=f"cadenza:battle:{piece.number}")
        pieces = await pieces_of(here, await opened(here))

        assert "Name two different models" in itself.response.content
        assert "Give `length` as well" in unlike.response.content
        assert "lstm" in {one.options.model for one in pieces}
        assert [(one.options.seconds, one.user_id) for one in pieces] == [(20.0, here.bob.id)] * 2


async def test_a_server_s_own_taste_meets_another_blind_and_stands_in_no_table_of_other_servers(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.app.store.tastes.keep(here.guild.id, LEARNED)
        found = await battle(here, model="lstm", against="lstm")
        pieces = await pieces_of(here, found)
        (own,) = (letter for letter, piece in zip("ab", pieces, strict=True) if piece.taste is not None)

        thanks = await press(here.bob, message_of(here, found), f"cadenza:pick:{found.number}:{own}")
        table = listed((await here.bob.slash(here.channel, "top engines")).response)

        assert {piece.options.model for piece in pieces} == {"lstm"}
        lstm = f"lstm v{pieces[0].options.version}"
        assert f"{own.upper()} is {lstm}, by this server's own taste" in thanks
        assert f"{lstm}, by no taste" in thanks
        assert [row.split(" · ")[0] for row in table[1:3]] == [
            f"On this server: {lstm}, by this server's own taste",
            f"On this server: {lstm}, by no taste",
        ]
        assert (await here.app.battles.standings()).strengths == ()
        assert (await here.app.battles.taste_standings(here.guild.id + 1)).strengths == ()

        one, other = await pieces_of(here, await battle(here, here.bob))

        versions = {(piece.options.model, piece.options.version) for piece in (one, other)}
        assert (len(versions) == 1) != (one.taste == other.taste)


async def want_daily(here, channel):
    settings = ServerSettings(daily_battle=channel.id)
    await here.app.store.preferences.set_server(here.guild.id, settings, by=here.ann.id)


async def test_a_server_has_its_battle_once_a_day_until_nobody_hears_it(tmp_path, monkeypatch):
    monkeypatch.setattr(daily_rows, "UNHEARD_DAYS", 1)
    async with open_discord_world(tmp_path) as here:
        clock = SetClock()
        daily = DailyBattles(here.env.bot, here.app, clock=clock)
        await want_daily(here, here.channel)

        await daily.look()
        assert await here.newest() == 0

        clock.time = NOON + timedelta(hours=4)
        await daily.look()
        await daily.look()
        found = await opened(here)

        assert (found.daily, await here.newest()) == (True, 2)
        assert "Battle of the day" in shown(message_of(here, found))
        clock.pass_by(24 * 3600)
        await daily.look()
        assert "Nobody voted in the battle of the day for a week" in here.channel.history()[-1].content
        assert await here.newest() == 2
        assert (await here.app.store.preferences.server(here.guild.id)).daily_battle is None

        gone = here.guild.create_text_channel("gone")
        await want_daily(here, gone)
        await here.env.bot.get_guild(here.guild.id).get_channel(gone.id).delete()
        clock.pass_by(24 * 3600)
        await daily.look()
        assert (await here.app.store.preferences.server(here.guild.id)).daily_battle is None
        assert await here.newest() == 2
