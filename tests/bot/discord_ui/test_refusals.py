"""What cannot be done is told in one sentence, to that person alone, and costs nothing."""

from __future__ import annotations

import re

import discord
import pytest

from bot.domain.generation import GenerationState
from bot.domain.order import ServerSettings
from bot.storage.dialects.faults import as_away
from tests.bot.discord_ui.discord_world import buttons, open_discord_world


def told(result):
    """The sentence that a person was told alone."""
    message = (result.followups or [result.response])[-1]
    assert message.ephemeral
    return message.content


async def test_an_unknown_model_is_answered_with_the_nearest(tmp_path):
    async with open_discord_world(tmp_path) as here:
        refused = await here.ann.slash(here.channel, "compose", model="wavnet")
        untold = await here.ann.slash(here.channel, "top pieces", model="wavnet")

        assert told(refused) == told(untold) == "There is no model called `wavnet`. Did you mean `wavenet`?"
        assert here.channel.history(viewer=here.bob) == []
        assert await here.newest() == 0


async def test_a_piece_longer_than_the_server_allows_is_answered_with_what_it_does(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(longest=120), by=1)

        refused = await here.ann.slash(here.channel, "compose", length=121)

        assert told(refused) == f"Pieces can be up to 120 s here. Try {here.mention('compose')} `length:120`."


async def test_one_who_has_enough_on_the_way_may_cancel_one(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.open.clear()
        for _ in range(3):
            await here.ann.slash(here.channel, "compose")

        refused = await here.ann.slash(here.channel, "compose")

        assert told(refused) == "You already have 3 pieces in progress. I can start another when one is done."
        message = (refused.followups or [refused.response])[-1].message
        assert [button["label"] for button in buttons(message).values()] == ["Cancel #1", "Cancel #2", "Cancel #3"]

        await here.ann.click(message, custom_id="cadenza:cancel:3")
        assert (await here.app.store.generations.get(3)).state is GenerationState.CANCELLED


async def test_one_who_has_had_this_hour_s_pieces_is_told_when_the_next_comes(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(per_hour=1), by=1)
        await here.composed()

        refused = await here.ann.slash(here.channel, "compose")

        assert re.fullmatch(
            r"You've used your one piece for this hour\. You can ask for the next one <t:\d+:R>\.", told(refused)
        )


async def test_a_full_queue_is_told_with_the_time_when_it_is_not(tmp_path):
    async with open_discord_world(tmp_path, queue_size=1) as here:
        here.composer.open.clear()
        await here.ann.slash(here.channel, "compose")
        await here.until(lambda generation: generation.state is GenerationState.COMPOSING, 1)
        await here.bob.slash(here.channel, "compose")

        refused = await here.person("cy").slash(here.channel, "compose")

        assert re.fullmatch(r"The queue is full \(1 piece\)\. Please try again <t:\d+:R>\.", told(refused))


@pytest.mark.parametrize("soon", [0, 60], ids=["promised before", "not promised"])
async def test_a_refusal_is_told_alone_also_to_who_was_promised_an_answer(tmp_path, monkeypatch, soon):
    monkeypatch.setattr("bot.discord_ui.ordering.SOON", soon)
    async with open_discord_world(tmp_path, queue_size=1) as here:
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(per_hour=0), by=1)

        refused = await here.ann.slash(here.channel, "compose")

        assert told(refused).startswith("You've used ")
        assert here.channel.history(viewer=here.bob) == []


async def test_a_channel_that_the_server_did_not_choose_is_answered_with_the_one_it_did(tmp_path):
    async with open_discord_world(tmp_path) as here:
        other = here.guild.create_text_channel("other")
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(channel_ids=(here.channel.id,)), by=1)

        refused = await here.ann.slash(other, "compose")

        assert told(refused) == f"In this server I only compose in <#{here.channel.id}>."


@pytest.mark.parametrize(
    ("permission", "sentence"),
    [
        (
            "attach_files",
            (
                "I'm not allowed to attach files in this channel. "
                "Ask a moderator to give me **Attach Files**, or use `private:True`."
            ),
        ),
        (
            "embed_links",
            (
                "I'm not allowed to show pictures in this channel. "
                "Ask a moderator to give me **Embed Links**, or use `private:True`."
            ),
        ),
    ],
)
async def test_a_missing_permission_is_found_before_composing(tmp_path, permission, sentence):
    async with open_discord_world(tmp_path) as here:
        closed = closed_channel(here, permission)

        refused = await here.ann.slash(closed, "compose")

        assert told(refused) == sentence
        assert here.composer.begun == []
        assert await here.newest() == 0


async def test_a_private_piece_needs_no_permission(tmp_path):
    async with open_discord_world(tmp_path) as here:
        result = await here.ann.slash(closed_channel(here, "send_messages"), "compose", private=True)
        await here.delivered(1)

        assert result.response.embeds


async def test_a_key_that_is_none_is_told(tmp_path):
    async with open_discord_world(tmp_path) as here:
        refused = await here.ann.slash(here.channel, "compose", key="X minor")

        assert told(refused) == "I don't know the key `X minor`. Try C, Am, Eb major or F# minor."


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Ein Modell namens `wavnet` gibt es nicht. Meinst du `wavenet`?"),
        ("fr", "Il n'y a pas de modèle appelé `wavnet`. Tu voulais dire `wavenet` ?"),
        ("es-ES", "No hay ningún modelo llamado `wavnet`. ¿Querías decir `wavenet`?"),
        ("ja", "There is no model called `wavnet`. Did you mean `wavenet`?"),
    ],
)
async def test_people_are_answered_in_their_language(tmp_path, language, sentence):
    async with open_discord_world(tmp_path) as here:
        here.say(language)

        assert told(await here.ann.slash(here.channel, "compose", model="wavnet")) == sentence


async def test_a_piece_is_told_of_in_the_language_of_who_asked(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.say("de")

        piece = await here.composed(seed=7)

        message = here.message(piece)
        assert " · Seed 7 · in 3 s komponiert für " in message.embeds[0].description
        assert buttons(message)["cadenza:another:1"]["label"] == "Noch eins"


async def test_what_nobody_foresaw_bears_a_reference_that_the_log_has(tmp_path, monkeypatch, capsys):
    async with open_discord_world(tmp_path) as here:

        async def broken():
            raise OSError("the disk is gone")

        monkeypatch.setattr(here.app.catalogue, "lines", broken)
        result = await here.ann.slash(here.channel, "models")
        here.env.errors.clear()
        here.env._errors.clear()  # noqa: SLF001 - foreseen here

        sentence = told(result)
        reference = re.match(r"Something went wrong \(ref ([0-9A-F]{4})\)\. It doesn't count", sentence)
        assert reference
        assert reference[1] in capsys.readouterr().out


async def test_a_database_that_is_away_is_told_in_a_sentence(tmp_path, monkeypatch):
    async with open_discord_world(tmp_path) as here:

        async def away():
            raise as_away(ConnectionRefusedError("nobody listens"))

        monkeypatch.setattr(here.app.catalogue, "lines", away)

        result = await here.ann.slash(here.channel, "models")
        here.env.errors.clear()
        here.env._errors.clear()  # noqa: SLF001 - foreseen here

        assert told(result) == "My database isn't available right now. Please try again in a minute."


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (403, 50013, "I'm not allowed to do that in this channel. Ask a moderator to check my permissions here."),
        (403, 50001, "I can't see that channel. Ask a moderator to let me in."),
        (413, 40005, "That file is too large to upload here."),
        (400, 50109, None),
    ],
)
async def test_discord_s_own_errors_have_plain_answers(tmp_path, status, code, sentence):
    async with open_discord_world(tmp_path) as here:
        here.env.inject_error("POST", "/interactions/*/callback", status=status, code=code)

        result = await here.ann.slash(here.channel, "help")
        here.env._errors.clear()  # noqa: SLF001 - foreseen here

        assert told(result).startswith(sentence or "Something went wrong (ref ")


async def test_who_cannot_be_answered_any_more_gets_a_direct_message(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)

        await here.ann.slash(here.channel, "help")
        here.env._errors.clear()  # noqa: SLF001 - foreseen here

        direct = here.ann.user.dm_channel.last_message
        assert direct.content == "That took too long to reach me. Please try again."


def closed_channel(here, permission):
    """A channel where nobody has a permission."""
    overwrite = discord.PermissionOverwrite(**{permission: False})
    return here.guild.create_text_channel("closed", overwrites={here.guild.default_role: overwrite})


async def test_what_a_person_installed_for_herself_needs_no_place_in_the_server(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.tell(authorizing_integration_owners={"1": str(here.ann.id)})

        result = await here.ann.slash(closed_channel(here, "send_messages"), "compose")
        await here.delivered(1)

        assert result.response.embeds
