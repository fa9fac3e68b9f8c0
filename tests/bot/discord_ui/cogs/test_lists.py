"""Lists show what is there, page by page, to whom it concerns."""

from __future__ import annotations

from typing import Any

import pytest

from bot.discord_ui.cogs import lists
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts.sentences import LANGUAGES, load
from bot.domain.generation import GenerationState
from bot.domain.order import ServerSettings
from tests.bot.discord_ui.discord_world import DEFAULT, SHIPPED, buttons, hurried, listed, open_discord_world

NOTHING_VOTED = "No piece has 3 votes yet. Vote with 👍, 👎 or ❤️ below a piece."
FACTS = f"Nocturne in E flat major · {DEFAULT.name} v{DEFAULT.version}"


def text(result):
    return result.response.embeds[0].description


def shown_in(result):
    return listed(result.response.message)


def turning(result, page):
    """The custom id of the button that turns to a page."""
    return next(each for each in buttons(result.response.message) if each.endswith(f":{page}") and ":play:" not in each)


async def test_the_queue_shows_one_s_own_pieces_with_a_way_to_cancel_them(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.open.clear()
        await here.ann.slash(here.channel, "compose")
        await here.until(lambda generation: generation.state is GenerationState.COMPOSING, 1)
        await here.bob.slash(here.channel, "compose")
        await here.bob.slash(here.channel, "compose")

        shown = await here.bob.slash(here.channel, "queue")

        title, second, third, note = shown_in(shown)
        assert shown.ephemeral
        assert title == "### Queue"
        assert second.startswith("`#2` 1st in the queue, starting in about ")
        assert third.startswith("`#3` 2nd in the queue, starting in about ")
        assert note == "1 more piece by other people"

        await here.bob.click(shown.response.message, custom_id="cadenza:cancel:3")
        assert [*buttons(shown.response.message)] == ["cadenza:cancel:2"]
        assert shown_in(shown)[-1] == "Piece #3 is cancelled.\n1 more piece by other people"
        assert (await here.app.store.generations.get(3)).state is GenerationState.CANCELLED


async def test_an_empty_queue_says_so(tmp_path):
    async with open_discord_world(tmp_path) as here:
        shown = shown_in(await here.ann.slash(here.channel, "queue"))

        assert shown == ["### Queue", f"The queue is empty. {here.mention('compose')} starts right away."]


async def test_a_piece_that_is_done_cannot_be_cancelled(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.open.clear()
        await here.ann.slash(here.channel, "compose")
        await here.until(lambda generation: generation.state is GenerationState.COMPOSING, 1)
        shown = await here.ann.slash(here.channel, "queue")
        here.composer.open.set()
        await here.delivered(1)

        refused = await here.ann.click(shown.response.message, custom_id="cadenza:cancel:1")

        assert refused.followups[-1].content == "Piece #1 is already done."


async def test_the_history_shows_one_s_own_pieces_newest_first_and_turns_pages(tmp_path):
    async with open_discord_world(tmp_path) as here:
        for _ in range(11):
            await here.composed(length=30)
        await here.composed(here.bob)

        shown = await here.ann.slash(here.channel, "history")
        assert shown.ephemeral
        title, *rows, note = shown_in(shown)
        assert (title, len(rows), note) == ("### Your pieces", 10, "Page 1 of 2")
        assert rows[0] == f"`#11` Nocturne in E flat major · 0:30 · {DEFAULT.name} v{DEFAULT.version} · no votes yet"

        await here.ann.click(shown.response.message, custom_id=turning(shown, 1))
        assert [row[:4] for row in shown_in(shown)[1:-1]] == ["`#1`"]


async def test_a_piece_of_a_list_is_played_by_the_button_of_its_row(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.composed()
        shown = await here.ann.slash(here.channel, "history")

        played = await here.ann.click(shown.response.message, custom_id="cadenza:play:1")

        assert not played.ephemeral
        assert {file.filename.rpartition(".")[2] for file in played.response.attachments} >= {"mp3", "mid"}
        assert len(await here.app.store.posts.of(1)) == 2


async def test_a_private_piece_is_played_to_its_composer_alone(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.composed(private=True)
        shown = await here.ann.slash(here.channel, "history")

        played = await here.ann.click(shown.response.message, custom_id="cadenza:play:1")

        assert played.ephemeral


async def test_what_is_not_there_yet_has_no_button(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.open.clear()
        await here.ann.slash(here.channel, "compose")
        await here.until(lambda generation: generation.state is GenerationState.COMPOSING, 1)

        shown = await here.ann.slash(here.channel, "history")

        assert shown_in(shown)[1].startswith("`#1` composing · ")
        assert buttons(shown.response.message) == {}


async def test_buttons_of_a_list_outlive_a_restart_and_are_not_remembered(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.composed()
        shown = await here.ann.slash(here.channel, "history")
        await here.env.restart_bot(hurried(here.app))

        played = await here.ann.click(shown.response.message, custom_id="cadenza:play:1")

        assert played.response.attachments
        assert here.env.bot._connection._view_store._views == {}  # noqa: SLF001 - what would grow with each list


async def test_the_best_pieces_need_three_votes_by_others(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        await here.composed()
        await here.ann.react(message, "👍")
        for name, emoji in (("cy", "👍"), ("dee", "❤️")):
            await here.person(name).react(message, emoji)

        empty = await here.bob.slash(here.channel, "top pieces")
        assert shown_in(empty)[1:] == [NOTHING_VOTED]

        await here.bob.react(message, "👎")
        shown = await here.bob.slash(here.channel, "top pieces", period="week", model=DEFAULT.name)
        assert not shown.ephemeral
        assert shown_in(shown) == ["### Best pieces · week", f"**1.** `#1` {FACTS} · 👍 67% (3 votes)"]


async def test_the_models_are_told_apart_by_what_they_are_good_for_and_how_they_are_liked(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed(model="wavenet"))
        for name, emoji in (("cy", "👍"), ("dee", "❤️"), ("bob", "👎")):
            person = here.bob if name == "bob" else here.person(name)
            await person.react(message, emoji)

        lines = text(await here.ann.slash(here.channel, "models")).splitlines()
        offered = await here.ann.autocomplete(here.channel, "compose", "model", "wav")

        described = next(index for index, line in enumerate(lines) if line.startswith("**wavenet**"))
        assert lines[described] == "**wavenet**: slower and more varied, keeps the best of many tries"
        assert lines[described + 1].startswith("👍 67% (3 votes) · piano, ")
        assert lines[described + 1].endswith(f" · v{SHIPPED}")
        assert [line for line in lines if "(default)" in line] == [
            "**lstm** (default): fast, and closest to music by people"
        ]
        assert offered == [
            {"name": "wavenet · 👍 67% (3 votes)", "value": "wavenet"},
            {"name": "audio-wavenet · 👍 67% (3 votes)", "value": "audio-wavenet"},
            {"name": "audio-wavenet-raw · no votes yet", "value": "audio-wavenet-raw"},
            {"name": "tutorial-wavenet · no votes yet", "value": "tutorial-wavenet"},
        ]
        assert any(line.startswith("**audio-wavenet**: wavenet, with the sound of its instruments") for line in lines)


async def test_the_default_model_is_one_s_own_or_the_server_s(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.app.store.preferences.set_server(here.guild.id, ServerSettings(model="transformer"), by=1)
        await here.ann.slash(here.channel, "settings", model="wavenet")

        own = text(await here.ann.slash(here.channel, "models"))
        others = text(await here.bob.slash(here.channel, "models"))

        assert "**wavenet** (default)" in own
        assert "**transformer** (default)" in others


async def test_the_best_pieces_in_direct_messages_are_none_of_a_server_s_where_others_composed_them(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        for name in ("cy", "dee", "eve"):
            await here.person(name).react(message, "👍")

        strange = await here.bob.user.slash("top pieces")
        own = await here.ann.user.slash("top pieces")

        assert shown_in(strange)[1:] == [NOTHING_VOTED]
        assert shown_in(own)[1].startswith("**1.** `#1` ")


@pytest.mark.parametrize(("language", "title"), [("de", "Cadenza komponiert"), ("fr", "Cadenza compose")])
async def test_help_fits_on_a_screen_in_every_language(tmp_path, language, title):
    async with open_discord_world(tmp_path) as here:
        here.say(language)

        shown = await here.ann.slash(here.channel, "help")

        assert shown.response.embeds[0].title == title
        assert shown.ephemeral
        assert len(text(shown)) < 1200


@pytest.mark.parametrize("language", LANGUAGES)
async def test_help_names_the_models_the_rules_and_whom_to_ask(tmp_path, language):
    addresses: dict[str, Any] = {"privacy_url": "https://example.org/privacy", "source_url": "https://example.org/code"}
    async with open_discord_world(tmp_path, contact="<https://example.org/chat>", **addresses) as here:
        here.say(language)

        told = text(await here.ann.slash(here.channel, "help"))

    say = load(language)
    assert f"`{say('option.model.name')}`" in told
    assert all(here.mention(*names) in told for names in (("models",), ("server", "settings"), ("privacy", "show")))
    assert "<https://example.org/chat>" in told
    assert all(f"]({address})" in told for address in addresses.values())


async def test_help_names_nobody_where_nobody_is_to_be_reached(tmp_path):
    async with open_discord_world(tmp_path) as here:
        told = text(await here.ann.slash(here.channel, "help"))

    assert "Trouble?" not in told
    assert "](" not in told


async def test_the_best_pieces_turn_their_pages_for_everybody_in_the_language_of_who_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "ROWS", 1)
    async with open_discord_world(tmp_path) as here:
        people = [here.person(name) for name in ("cy", "dee", "eve")]
        for _ in range(2):
            message = here.message(await here.composed())
            for person in people:
                await person.react(message, "👍")
        shown = await here.bob.slash(here.channel, "top pieces")
        here.say("de")

        await here.ann.click(shown.response.message, custom_id=turning(shown, 1))

        assert shown_in(shown)[0] == "### Best pieces · all time"
        assert shown_in(shown)[1].startswith("**2.** `#")
        arrows = [button for button in buttons(shown.response.message).values() if button["label"] in {"◀", "▶"}]
        assert [arrow["disabled"] for arrow in arrows] == [False, True]
        assert "Play" in {button["label"] for button in buttons(shown.response.message).values()}


async def test_a_list_in_a_group_s_messages_stays_whose_it_is_and_plays_to_all(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "ROWS", 1)
    async with open_discord_world(tmp_path) as here:
        people = [here.person(name) for name in ("cy", "dee", "eve")]
        for composer in (here.ann, here.bob, here.ann):
            message = here.message(await here.composed(composer))
            for person in people:
                await person.react(message, "👍")
        shown = await here.ann.user.slash("top pieces")

        here.tell(user={"id": str(here.bob.id), "username": "bob", "discriminator": "0", "avatar": None}, locale="de")

        await here.ann.user.click(shown.response.message, custom_id=turning(shown, 1))
        played = await here.ann.user.click(shown.response.message, custom_id="cadenza:play:1")

        assert shown_in(shown)[0] == "### Best pieces · all time"
        assert shown_in(shown)[1].startswith("**2.** `#1` ")
        assert played.response.attachments


@pytest.mark.parametrize("custom_id", ["cadenza:top:all::1", "cadenza:top:ever::en:1", "cadenza:history::1"])
async def test_a_button_of_a_list_that_an_earlier_release_made_says_that_it_is_too_old(tmp_path, custom_id):
    async with open_discord_world(tmp_path) as here:
        action, _, argument = custom_id.removeprefix("cadenza:").partition(":")

        with pytest.raises(RefusalError, match="expired"):
            await here.env.bot.presses[action](None, argument)
