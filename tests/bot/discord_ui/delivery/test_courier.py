"""A piece reaches people by whatever way is open, once."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest

from bot.discord_ui.delivery.reply_addresses import Reply
from bot.domain.audience import Kept, Posted
from tests.bot.discord_ui.delivery.courier_harness import PIECE, FakeEncoder, buttons, old_id, open_courier, sizes


async def test_the_reply_becomes_the_result():
    async with open_courier() as here:
        generation = await here.asked()

        posted = await here.courier.deliver(generation, PIECE, again=False)
        await here.courier.close()

        assert posted == Posted(here.channel.id, generation.reply_message_id)
        message = here.channel.last_message
        assert message.id == generation.reply_message_id
        assert message.embeds[0].description == (
            "**#142 · Nocturne in E flat major** · 1:00 · wavenet v3 · 72 bpm · seed 81723 · "
            f"composed in 3 s for <@{here.ann.id}>"
        )
        assert message.embeds[0].image.url == "attachment://142-nocturne-in-e-flat-major.png"
        assert {file.filename.rpartition(".")[2] for file in message.attachments} == {"png", "mp3", "mid"}
        assert [str(reaction.emoji) for reaction in message.reactions] == ["👍", "👎", "❤️"]


async def test_what_an_engine_says_of_its_piece_stands_below_the_facts():
    async with open_courier() as here:
        generation = replace(await here.asked(), remark="Dice: waltz 7 3 11")

        await here.courier.deliver(generation, PIECE, again=False)
        await here.courier.close()

        assert here.channel.last_message.embeds[0].description.splitlines()[1:] == ["Dice: waltz 7 3 11"]


async def test_how_much_of_its_melody_was_heard_before_stands_below_the_facts():
    async with open_courier() as here:
        generation = replace(await here.asked(), shared_run=9, people_run=10.8)

        await here.courier.deliver(generation, PIECE, again=False)
        await here.courier.close()

        (told,) = here.channel.last_message.embeds[0].description.splitlines()[1:]
        assert told.startswith("No run of its melody longer than 9 notes is in the training music.")
        assert "11 on average" in told


async def test_a_piece_without_beats_and_bars_has_none_in_its_facts():
    async with open_courier() as here:
        generation = replace(await here.asked(), beats_per_minute=None, bars=None)

        await here.courier.deliver(generation, PIECE, again=False)
        await here.courier.close()

        message = here.channel.last_message
        assert " · wavenet v3 · seed 81723 · " in message.embeds[0].description
        assert message.attachments[0].description == "Piano roll of Nocturne in E flat major"


async def test_a_tempo_that_the_length_did_not_allow_is_told():
    async with open_courier() as here:
        asked = await here.asked()
        generation = replace(asked, beats_per_minute=103.2, options=replace(asked.options, tempo=40.0))

        await here.courier.deliver(generation, PIECE, again=False)
        await here.courier.close()

        assert " · 103 bpm instead of 40 · seed " in here.channel.last_message.embeds[0].description


async def test_delivering_again_posts_nothing_twice():
    async with open_courier() as here:
        generation = await here.asked()
        first = await here.courier.deliver(generation, PIECE, again=False)

        second = await here.courier.deliver(generation, PIECE, again=True)

        assert first == second
        assert len(here.channel.history()) == 1


async def test_a_reply_is_reached_by_the_bot_s_own_token_once_the_interaction_is_too_old():
    async with open_courier() as here:
        generation = await here.asked()
        old = replace(generation, request_id=old_id(), reply_token="spent")

        posted = await here.courier.deliver(old, PIECE, again=False)

        assert posted == Posted(here.channel.id, generation.reply_message_id)
        assert here.channel.last_message.embeds


async def test_a_reply_that_somebody_deleted_is_posted_anew_and_only_once():
    async with open_courier() as here:
        generation = await here.asked()
        await here.ann.send(here.channel, "hello")
        here.env.backend.delete_message(here.channel.id, generation.reply_message_id)

        first = await here.courier.deliver(generation, PIECE, again=False)
        second = await here.courier.deliver(generation, PIECE, again=True)

        assert first == second
        assert len([message for message in here.channel.history() if message.embeds]) == 1


async def test_a_private_piece_comes_by_direct_message_once_the_interaction_is_too_old():
    async with open_courier() as here:
        generation = replace(await here.asked(private=True), request_id=old_id())

        posted = await here.courier.deliver(generation, PIECE, again=False)

        direct = here.ann.user.dm_channel
        assert posted.channel_id == direct.id
        labels = [button["label"] for button in buttons(direct.last_message)]
        assert labels[:2] == ["👍", "👎"]


async def test_a_piece_waits_where_neither_channel_nor_person_can_be_reached():
    async with open_courier() as here:
        generation = replace(await here.asked(), request_id=old_id(), reply_message_id=None)
        here.env.inject_error("*", f"/channels/{here.channel.id}/messages*", status=403, code=50001, times=None)
        here.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)

        assert await here.courier.deliver(generation, PIECE, again=False) == Kept("unreachable")


async def test_what_may_pass_is_raised_so_that_it_is_tried_again():
    async with open_courier() as here:
        generation = await here.asked()
        here.env.inject_error("PATCH", "/webhooks/*", status=500, times=None)

        with pytest.raises(discord.HTTPException):
            await here.courier.deliver(generation, PIECE, again=False)


async def test_sound_that_is_too_large_is_made_smaller_before_it_is_sent():
    async with open_courier() as here:
        generation = await here.asked()
        here.courier.replies.expect(generation.request_id, Reply(generation.reply_message_id, 66_000))

        await here.courier.deliver(generation, PIECE, again=False)

        assert len(here.encoder.asked) == 1
        assert sizes(here.channel.last_message)["mp3"] < len(PIECE.mp3)


@pytest.mark.parametrize("code", [40005, 0])
async def test_sound_that_discord_refuses_is_made_smaller_until_it_fits(code):
    async with open_courier() as here:
        generation = await here.asked()
        large = replace(PIECE, mp3=b"s" * 200_000)
        here.env.inject_error("PATCH", "/webhooks/*", status=413, code=code, times=1)

        await here.courier.deliver(generation, large, again=False)

        assert sizes(here.channel.last_message)["mp3"] < len(large.mp3)


async def test_the_midi_alone_is_sent_with_a_sentence_where_no_sound_fits():
    async with open_courier(FakeEncoder(least=10**9)) as here:
        generation = await here.asked()
        here.env.inject_error("PATCH", "/webhooks/*", status=413, code=40005, times=1)

        await here.courier.deliver(generation, PIECE, again=False)

        assert set(sizes(here.channel.last_message)) == {"png", "mid"}
        assert here.channel.last_message.content == "The audio is too large to upload here, so this is the MIDI only."


async def test_votes_stand_on_buttons_where_the_bot_may_not_react():
    async with open_courier() as here:
        quiet = here.guild.create_text_channel(
            "quiet", overwrites={here.guild.default_role: discord.PermissionOverwrite(add_reactions=False)}
        )
        generation = await here.asked(channel=quiet)

        await here.courier.deliver(generation, PIECE, again=False)
        await here.courier.close()

        assert [button["label"] for button in buttons(quiet.last_message)][:2] == ["👍", "👎"]


async def test_votes_move_to_buttons_where_reacting_turns_out_impossible():
    async with open_courier() as here:
        generation = await here.asked()
        here.env.inject_error("PUT", "/channels/*/reactions/*", status=403, code=50013)

        await here.courier.deliver(generation, PIECE, again=False)
        await here.courier.close()

        message = here.channel.last_message
        assert [button["label"] for button in buttons(message)][:2] == ["👍", "👎"]
        assert message.embeds
        assert len(message.attachments) == 3
