"""What people think of a piece is counted once each, as they said last."""

from __future__ import annotations

import asyncio

import pytest

from bot.storage.dialects.faults import as_away
from tests.bot.discord_ui.discord_world import buttons, hurried, open_discord_world


async def rating(here, person, number=1):
    return await here.app.store.ratings.of(number, person.id)


def fail_once(monkeypatch, rows, name, failures):
    """Let the next call of a method of the rows fail as where the database is away, and note it."""
    method = getattr(rows, name)

    async def fail(*_, **__):
        monkeypatch.setattr(rows, name, method)
        failures.append(name)
        raise as_away(ConnectionRefusedError("nobody listens"))

    monkeypatch.setattr(rows, name, fail)


@pytest.mark.parametrize(("emoji", "value"), [("👍", 1), ("👎", -1), ("❤️", 2), ("👍🏽", 1)])
async def test_a_reaction_is_a_vote_and_its_removal_takes_it_back(tmp_path, emoji, value):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())

        await here.bob.react(message, emoji)
        assert await rating(here, here.bob) == value

        await here.bob.unreact(message, emoji)
        assert await rating(here, here.bob) is None


async def test_the_latest_vote_counts_and_the_one_before_when_it_is_taken_back(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())

        await here.bob.react(message, "👍")
        await here.bob.react(message, "❤️")
        assert await rating(here, here.bob) == 2

        await here.bob.unreact(message, "❤️")
        assert await rating(here, here.bob) == 1


async def test_bots_and_other_emoji_do_not_count(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        robot = here.guild.add_member(here.env.create_user("robot", bot=True))

        await robot.react(message, "👍")
        await here.bob.react(message, "🎉")

        assert (await here.app.store.ratings.tally(1)).likes == 0
        assert await rating(here, robot) is None


async def test_the_author_s_own_vote_is_kept_but_not_in_the_tally(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())

        await here.ann.react(message, "👍")

        assert await rating(here, here.ann) == 1
        assert (await here.app.store.ratings.tally(1)).likes == 0


async def test_a_moderator_s_clearing_takes_votes_back(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        await here.bob.react(message, "👍")
        await here.bob.react(message, "👎")

        here.env.backend.clear_reaction(here.channel.id, message.id, "👎")
        await here.env.settle()
        assert await rating(here, here.bob) == 1

        here.env.backend.clear_reactions(here.channel.id, message.id)
        await here.env.settle()
        assert await rating(here, here.bob) is None


async def test_votes_stand_when_the_message_is_deleted(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        await here.bob.react(message, "👍")

        here.env.backend.delete_message(here.channel.id, message.id)
        await here.env.settle()

        assert await rating(here, here.bob) == 1
        assert await here.app.store.posts.of(1) == []


async def test_a_piece_from_before_a_restart_is_rated_as_well(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        await here.env.restart_bot(hurried(here.app))

        await here.bob.react(message, "❤️")

        assert await rating(here, here.bob) == 2


async def test_what_people_said_while_nobody_listened_is_read_back(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        cy = here.person("cy")
        robot = here.guild.add_member(here.env.create_user("robot", bot=True))
        await here.bob.react(message, "👍")
        feed = here.env.backend.subscribers.copy()
        here.env.backend.subscribers.clear()
        here.env.backend.set_reaction(here.channel.id, message.id, "👍", here.bob.id, reacted=False)
        here.env.backend.set_reaction(here.channel.id, message.id, "❤️", cy.id, reacted=True)
        here.env.backend.set_reaction(here.channel.id, message.id, "👍", robot.id, reacted=True)
        here.env.backend.subscribers.extend(feed)

        await here.env.restart_bot(hurried(here.app))

        assert [await rating(here, person) for person in (here.bob, cy, robot)] == [None, 2, None]


async def test_what_people_do_while_the_database_is_away_is_noted_when_it_is_back(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.storage.dialects.persistence.PAUSE", 0.0)
    async with open_discord_world(tmp_path) as here:
        message, ratings, posts = here.message(await here.composed()), here.app.store.ratings, here.app.store.posts
        failures: list[str] = []

        def fail(rows, name):
            for failing, method in ((rows, name), (posts, "bearing")):
                fail_once(monkeypatch, failing, method, failures)

        async def read_back():
            await asyncio.gather(*here.env.bot.get_cog("RatingsCog")._syncing)  # noqa: SLF001 - what it reads beside

        fail(ratings, "vote")
        await here.bob.react(message, "👍")
        await read_back()
        voted = await rating(here, here.bob)
        fail(ratings, "withdraw")
        await here.bob.unreact(message, "👍")
        await read_back()
        withdrawn = await rating(here, here.bob)
        fail(posts, "gone")
        here.env.backend.delete_message(here.channel.id, message.id)
        await here.env.settle()
        await read_back()

        assert failures == ["vote", "bearing", "withdraw", "bearing", "gone", "bearing"]
        assert (voted, withdrawn) == (1, None)
        assert await posts.of(1) == []


async def test_a_message_that_vanished_while_nobody_listened_is_forgotten(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        feed = here.env.backend.subscribers.copy()
        here.env.backend.subscribers.clear()
        here.env.backend.delete_message(here.channel.id, message.id)
        here.env.backend.subscribers.extend(feed)

        await here.env.restart_bot(hurried(here.app))

        assert await here.app.store.posts.of(1) == []


async def test_buttons_do_the_same_as_often_as_they_are_pressed_until_the_vote_is_taken_back(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.ann.slash(here.channel, "compose", private=True)
        piece = await here.delivered(1)
        message = await here.ann.slash(here.channel, "track", number=1)

        first = await here.ann.click(message.response.message, custom_id="cadenza:rate:1:1")
        assert first.response.content == (
            "Your vote for #1: 👍 Your vote is saved, but votes on your own pieces don't count in the ranking."
        )
        assert await rating(here, here.ann, piece.number) == 1

        second = await here.ann.click(message.response.message, custom_id="cadenza:rate:1:1")
        assert second.response.content == first.response.content
        assert await rating(here, here.ann, piece.number) == 1

        await here.ann.click(second.response.message, label="Remove my vote")
        assert second.response.content == "Your vote for #1 is removed."
        assert await rating(here, here.ann, piece.number) is None


async def test_where_people_vote_by_buttons_alone_the_votes_count_as_reactions_do(tmp_path):
    async with open_discord_world(tmp_path, votes="buttons") as here:
        message = here.message(await here.composed())
        below = list(buttons(message))
        for person, value in ((here.bob, 1), (here.ann, 2)):
            await person.click(message, custom_id=f"cadenza:rate:1:{value}")
        tally = await here.app.store.ratings.tally(1)

        assert [each for each in below if ":rate:" in each] == [f"cadenza:rate:1:{value}" for value in (1, -1, 2)]
        assert message.reactions == []
        assert (tally.likes, tally.loves) == (1, 0)  # the author's own is not in the tally
        assert await rating(here, here.ann) == 2


async def test_the_menu_asks_what_one_thinks_of_a_piece(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())

        asked = await here.bob.context_menu(here.channel, "Vote on this piece", message)
        assert asked.response.content == "What do you think of **#1 · Nocturne in E flat major**?"
        assert asked.ephemeral
        assert [button["label"] for button in buttons(asked.response.message).values()] == ["👍", "👎", "❤️"]

        told = await here.bob.click(asked.response.message, custom_id="cadenza:rate:1:2:menu")
        assert told.response.content == "Your vote for #1: ❤️"
        assert await rating(here, here.bob) == 2


async def test_what_a_reaction_said_is_not_taken_back_by_the_menu(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        await here.bob.react(message, "👍")
        asked = await here.bob.context_menu(here.channel, "Vote on this piece", message)

        told = await here.bob.click(asked.response.message, label="👍")

        assert told.response.content == "Your vote for #1: 👍"
        assert await rating(here, here.bob) == 1


async def test_the_menu_says_where_there_is_no_piece(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = await here.ann.send(here.channel, "hello")

        refused = await here.bob.context_menu(here.channel, "Vote on this piece", message)

        assert refused.response.content == "That message isn't one of my pieces."


async def test_a_piece_that_was_posted_again_is_rated_there_too(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.composed()
        again = await here.bob.slash(here.channel, "track", number=1)

        await here.bob.react(again.response.message, "👍")

        assert (await here.app.store.ratings.tally(1)).likes == 1


async def test_reactions_that_a_crash_kept_from_being_seeded_are_seeded_at_the_next_start(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        here.env.backend.clear_reactions(here.channel.id, message.id)

        await here.env.restart_bot(hurried(here.app))
        await here.env.bot.courier.close()

        assert [str(reaction.emoji) for reaction in here.channel.last_message.reactions] == ["👍", "👎", "❤️"]


async def test_a_vote_counts_even_before_the_delivery_is_noted(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        message = here.message(piece)
        await here.app.store.posts.gone(message.id)

        await here.bob.react(message, "👍")

        assert await rating(here, here.bob) == 1


async def test_direct_messages_are_rated_by_reactions_too(tmp_path):
    async with open_discord_world(tmp_path) as here:
        direct = here.ann.user.dm_channel
        await here.ann.user.slash("compose")
        await here.delivered(1)

        message = direct.last_message
        assert [str(reaction.emoji) for reaction in message.reactions] == ["👍", "👎", "❤️"]

        here.env.backend.set_reaction(direct.id, message.id, "❤️", here.ann.id, reacted=True)
        await here.env.settle()
        assert await rating(here, here.ann) == 2
