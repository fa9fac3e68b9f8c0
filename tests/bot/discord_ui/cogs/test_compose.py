"""From the command to the piece, and from one piece to the next."""

from __future__ import annotations

import discord
import pytest
from sqlalchemy import update

from bot.domain.generation import ON_THE_WAY, GenerationState
from bot.storage.tables import generation
from composer.music.score import Key, Mode
from tests.bot.discord_ui.discord_world import DEFAULT, buttons, hurried, open_discord_world


async def test_a_piece_is_asked_for_composed_and_posted_in_one_message(tmp_path):
    async with open_discord_world(tmp_path) as here:
        generation = await here.composed(length=60)

        messages = here.channel.history()
        assert [message.id for message in messages] == [generation.message_id]
        assert messages[0].embeds[0].description == (
            f"**#1 · Nocturne in E flat major** · 1:00 · {DEFAULT.name} v{DEFAULT.version} · 72 bpm · "
            f"seed {generation.options.seed} · composed in 3 s for <@{here.ann.id}>"
        )
        assert messages[0].content == ""
        assert {file.filename for file in messages[0].attachments} == {
            f"1-nocturne-in-e-flat-major.{suffix}" for suffix in ("mp3", "mid", "png")
        }
        below = [name.split(":")[1] for name in buttons(messages[0])]
        assert below == ["another", "change", "score", "delete", "battle"]
        assert [str(reaction.emoji) for reaction in messages[0].reactions] == ["👍", "👎", "❤️"]


async def test_it_is_acknowledged_before_anything_else_and_told_by_edits_alone(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.composed()

        posts = [request.path for request in here.env.http_requests if request.method == "POST"]
        assert len(posts) == 1
        assert posts[0].startswith("/interactions/")


async def test_progress_stands_in_the_message_and_may_be_cancelled(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.open.clear()
        result = await here.ann.slash(here.channel, "compose")
        number = await here.newest()
        await here.until(lambda generation: generation.state is GenerationState.COMPOSING, number)

        assert result.response.content.splitlines()[0] in {
            "In the queue: 1st, starting in about 1 s",
            "Composing, bar 9 of 24",
        }
        await here.ann.click(result.response.message, custom_id=f"cadenza:cancel:{number}")

        assert (await here.app.store.generations.get(number)).state is GenerationState.CANCELLED
        assert result.response.content == "Cancelled."


async def test_others_may_not_cancel_but_moderators_may(tmp_path):
    async with open_discord_world(tmp_path) as here:
        moderators = here.guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
        moderator = here.person("mod", roles=[moderators])
        here.composer.open.clear()
        result = await here.ann.slash(here.channel, "compose")
        await here.until(lambda generation: generation.state is GenerationState.COMPOSING, 1)

        refused = await here.bob.click(result.response.message, custom_id="cadenza:cancel:1")
        assert (
            refused.response.content
            == f"Only <@{here.ann.id}> or someone with **Manage Messages** can cancel this piece."
        )
        assert refused.ephemeral

        await moderator.click(result.response.message, custom_id="cadenza:cancel:1")
        assert (await here.app.store.generations.get(1)).state is GenerationState.CANCELLED


async def test_a_private_piece_is_seen_by_one_and_rated_by_buttons(tmp_path):
    async with open_discord_world(tmp_path) as here:
        result = await here.ann.slash(here.channel, "compose", private=True)
        await here.delivered(1)

        assert result.response.ephemeral
        assert here.channel.history(viewer=here.bob) == []
        assert [button["label"] for button in buttons(result.response.message).values()][:2] == ["👍", "👎"]


async def test_another_has_the_same_settings_and_a_new_seed(tmp_path):
    async with open_discord_world(tmp_path) as here:
        first = await here.composed(length=30, instrument="harp", metre="3/4", seed=7)

        await here.bob.click(here.message(first), custom_id="cadenza:another:1")
        second = await here.delivered(2)

        assert (second.user_id, second.another_of) == (here.bob.id, 1)
        assert second.options.wishes_for_another() == first.options.wishes_for_another()
        assert second.options.seed != 7


async def test_change_shows_the_settings_and_composes_what_is_made_of_them(tmp_path):
    async with open_discord_world(tmp_path) as here:
        first = await here.composed(length=30, instrument="harp", key="Am", seed=7)
        shown = await here.ann.click(here.message(first), custom_id="cadenza:change:1")

        filled = {label["component"]["custom_id"]: label["component"] for label in shown.modal["components"]}
        assert filled["length"]["value"] == "30"
        assert filled["key"]["value"] == "A minor"
        others = filled["more"]["value"].split()
        assert {f"model:{DEFAULT.name}@{DEFAULT.version}", "creativity:0.5"} <= set(others)
        assert "seed:7" not in others

        await here.ann.submit_modal(
            shown, {"length": "1:00", "style": ["piano"], "instrument": ["celesta"], "key": "", "more": "seed:7"}
        )
        second = await here.delivered(2)
        chosen = second.options
        assert (chosen.seconds, chosen.instrument, chosen.key, chosen.seed) == (60, "celesta", None, 7)


async def test_a_form_that_cannot_be_understood_is_answered_in_a_sentence(tmp_path):
    async with open_discord_world(tmp_path) as here:
        shown = await here.ann.click(here.message(await here.composed()), custom_id="cadenza:change:1")

        refused = await here.ann.submit_modal(shown, {"length": "long"})

        assert refused.response.content == "`length` must be between 5 and 300."
        assert refused.ephemeral


async def test_a_failure_bears_its_reference_and_may_be_tried_again(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.failing = True
        result = await here.ann.slash(here.channel, "compose", seed=7)
        failed = await here.until(lambda generation: generation.state is GenerationState.FAILED, 1)

        assert result.response.content == (
            f"Something went wrong while composing (ref {failed.reference}). It doesn't count against your limit."
        )
        here.composer.failing = False
        await here.ann.click(result.response.message, custom_id="cadenza:retry:1")

        assert (await here.delivered(2)).options.seed == 7


async def test_buttons_and_forms_work_after_a_restart(tmp_path):
    async with open_discord_world(tmp_path) as here:
        first = await here.composed(seed=7)
        form = await here.ann.click(here.message(first), custom_id="cadenza:change:1")
        await here.env.restart_bot(hurried(here.app))

        await here.ann.click(here.message(first), custom_id="cadenza:another:1")
        await here.ann.submit_modal(form, {"length": "45"})

        assert (await here.delivered(2)).another_of == 1
        assert (await here.delivered(3)).options.seconds == 45


async def test_the_composer_deletes_a_piece_for_good(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()

        await here.ann.click(here.message(piece), custom_id="cadenza:delete:1")

        assert here.channel.history() == []
        assert (await here.app.store.generations.get(1)).state is GenerationState.DELETED


async def test_a_moderator_deletes_the_message_and_leaves_the_piece(tmp_path):
    async with open_discord_world(tmp_path) as here:
        moderators = here.guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
        piece = await here.composed()

        await here.person("mod", roles=[moderators]).click(here.message(piece), custom_id="cadenza:delete:1")

        assert here.channel.history() == []
        assert (await here.app.store.generations.get(1)).state is GenerationState.DELIVERED


async def test_others_may_not_delete(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()

        refused = await here.bob.click(here.message(piece), custom_id="cadenza:delete:1")

        sentence = f"Only <@{here.ann.id}> or someone with **Manage Messages** can delete this piece."
        assert (refused.followups or [refused.response])[-1].content == sentence
        assert here.message(piece)


async def test_a_piece_that_is_nobody_s_any_more_is_deleted_by_moderators_alone(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        await here.app.store.database.write(
            lambda connection: connection.execute(update(generation).values(user_id=None))
        )

        refused = await here.bob.click(here.message(piece), custom_id="cadenza:delete:1")

        sentence = "Only someone with **Manage Messages** can delete this piece."
        assert (refused.followups or [refused.response])[-1].content == sentence


async def test_a_piece_is_posted_again_byte_for_byte_with_its_buttons(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        sent = {file.filename: file.size for file in here.message(piece).attachments}

        again = await here.bob.slash(here.channel, "track", number=1)
        await here.env.bot.courier.close()

        message = again.response.message
        assert {file.filename: file.size for file in message.attachments} == sent
        assert "cadenza:another:1" in buttons(message)
        assert [str(reaction.emoji) for reaction in message.reactions] == ["👍", "👎", "❤️"]
        assert len(await here.app.store.posts.of(1)) == 2


@pytest.mark.parametrize("number", [99, 1])
async def test_a_piece_that_is_not_one_s_to_see_is_as_good_as_none(tmp_path, number):
    async with open_discord_world(tmp_path) as here:
        await here.ann.slash(here.channel, "compose", private=True)
        await here.delivered(1)

        refused = await here.bob.slash(here.channel, "track", number=number)

        assert refused.response.content == f"I can't find a piece #{number} that you can see here."
        assert refused.ephemeral


async def test_a_piece_on_the_way_cannot_be_posted_yet(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.open.clear()
        await here.ann.slash(here.channel, "compose")
        await here.until(lambda generation: generation.state in ON_THE_WAY, 1)

        refused = await here.ann.slash(here.channel, "track", number=1)

        assert refused.response.content == "Piece #1 isn't finished yet."
        await here.app.orders.cancel(1)


async def test_models_keys_and_metres_are_suggested_while_one_types(tmp_path):
    async with open_discord_world(tmp_path) as here:
        models = await here.ann.autocomplete(here.channel, "compose", "model", "wav")
        keys = await here.ann.autocomplete(here.channel, "compose", "key", "eb")
        open_keys = await here.ann.autocomplete(here.channel, "compose", "key", "an")
        metres = await here.ann.autocomplete(here.channel, "compose", "metre", "6")
        none = await here.ann.autocomplete(here.channel, "compose", "key", "x")

        names = [choice["value"] for choice in models]
        assert names == ["wavenet", "audio-wavenet", "audio-wavenet-raw", "tutorial-wavenet"]
        assert [key["value"] for key in keys] == ["E flat major", "E flat minor"]
        assert [key["value"] for key in open_keys] == ["any"]
        assert [metre["value"] for metre in metres] == ["6/8", "6/4", "6/16"]
        assert none == []


async def test_every_key_and_metre_and_any_are_suggested_before_one_types(tmp_path):
    async with open_discord_world(tmp_path) as here:
        keys = await here.ann.autocomplete(here.channel, "compose", "key", "")
        metres = await here.ann.autocomplete(here.channel, "settings", "metre", "")

        assert (len(keys), keys[-1]["value"]) == (25, "any")
        assert (len(metres), metres[-1]["value"]) == (18, "any")


@pytest.mark.parametrize(
    ("locale", "typed", "offered"),
    [
        ("en-GB", "f#m", "F sharp minor"),
        ("de", "fis", "fis-Moll"),
        ("fr", "fa dies", "fa dièse mineur"),
        ("es-ES", "Fa sost", "fa sostenido menor"),
    ],
)
async def test_a_key_is_spelled_alike_wherever_a_person_meets_it(tmp_path, locale, typed, offered):
    async with open_discord_world(tmp_path) as here:
        here.say(locale)

        choices = await here.ann.autocomplete(here.channel, "compose", "key", typed)
        piece = await here.composed(key=offered)
        form = await here.ann.click(here.message(piece), custom_id="cadenza:change:1")
        settings = await here.ann.slash(here.channel, "settings", key=offered)

        assert [choice["name"] for choice in choices] == [choice["value"] for choice in choices] == [offered]
        assert piece.options.key == Key(6, Mode.MINOR)
        fields = {label["component"]["custom_id"]: label["component"] for label in form.modal["components"]}
        assert fields["key"]["value"] == offered
        assert f"**{offered}**" in settings.response.embeds[0].description


@pytest.mark.parametrize(("locale", "tonic"), [("de", 10), ("en-US", 11)])
async def test_b_is_b_flat_only_where_people_read_german(tmp_path, locale, tonic):
    async with open_discord_world(tmp_path) as here:
        here.say(locale)

        piece = await here.composed(key="B")

        assert piece.options.key == Key(tonic, Mode.MAJOR)
