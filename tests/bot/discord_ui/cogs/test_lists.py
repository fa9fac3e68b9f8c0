"""Lists show what is there, page by page, to whom it concerns."""

from __future__ import annotations

import pytest

from bot.discord_ui.cogs import lists
from bot.domain.generation import GenerationState
from tests.bot.discord_ui.discord_world import DEFAULT, SHIPPED, buttons, open_discord_world


def text(result):
    return result.response.embeds[0].description


async def test_the_queue_shows_one_s_own_pieces_with_a_way_to_cancel_them(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.open.clear()
        await here.ann.slash(here.channel, "compose")
        await here.until(lambda generation: generation.state is GenerationState.COMPOSING, 1)
        await here.bob.slash(here.channel, "compose")
        await here.bob.slash(here.channel, "compose")

        shown = await here.bob.slash(here.channel, "queue")

        lines = text(shown).splitlines()
        assert shown.ephemeral
        assert lines[0].startswith("`#2` 1st in line, about ")
        assert lines[1].startswith("`#3` 2nd in line, about ")
        assert lines[2] == "1 more piece by others"

        await here.bob.click(shown.response.message, custom_id="cadenza:cancel:3")
        assert shown.response.content == "Piece #3 is cancelled."
        assert (await here.app.store.generations.get(3)).state is GenerationState.CANCELLED


async def test_an_empty_queue_says_so(tmp_path):
    async with open_discord_world(tmp_path) as here:
        shown = text(await here.ann.slash(here.channel, "queue"))

        assert shown == f"Nobody is waiting. {here.mention('compose')} starts at once."


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
        first = text(shown).splitlines()
        assert len(first) == 10
        assert first[0] == f"`#11` Nocturne in E flat major · 0:30 · {DEFAULT.name} v{DEFAULT.version} · no votes"
        assert shown.response.embeds[0].footer.text == "Page 1 of 2"

        forward = next(custom_id for custom_id in buttons(shown.response.message) if custom_id.endswith(":1"))
        await here.ann.click(shown.response.message, custom_id=forward)
        assert text(shown).splitlines() == [
            f"`#1` Nocturne in E flat major · 0:30 · {DEFAULT.name} v{DEFAULT.version} · no votes"
        ]


async def test_the_best_pieces_need_three_votes_by_others(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        await here.composed()
        await here.ann.react(message, "👍")
        for name, emoji in (("cy", "👍"), ("dee", "❤️")):
            await here.person(name).react(message, emoji)

        empty = await here.bob.slash(here.channel, "top")
        assert text(empty) == "No piece has 3 votes yet. React with 👍, 👎 or ❤️ below a piece."

        await here.bob.react(message, "👎")
        shown = await here.bob.slash(here.channel, "top", period="week", model=DEFAULT.name)
        assert not shown.ephemeral
        assert (
            text(shown) == f"**1.** `#1` Nocturne in E flat major · {DEFAULT.name} v{DEFAULT.version} · 67 % of 3 votes"
        )
        assert shown.response.embeds[0].title == "Best pieces · week"


async def test_the_models_are_shown_with_figures(tmp_path):
    async with open_discord_world(tmp_path) as here:
        shown = text(await here.ann.slash(here.channel, "models"))

        (line,) = (one for one in shown.splitlines() if one.startswith("**wavenet**"))
        assert line.startswith(f"**wavenet** v{SHIPPED} · wavenet, ")
        assert line.endswith("not rated yet")


async def test_the_best_pieces_in_direct_messages_are_none_of_a_server_s_where_others_composed_them(tmp_path):
    async with open_discord_world(tmp_path) as here:
        message = here.message(await here.composed())
        for name in ("cy", "dee", "eve"):
            await here.person(name).react(message, "👍")

        strange = await here.bob.user.slash("top")
        own = await here.ann.user.slash("top")

        assert text(strange) == "No piece has 3 votes yet. React with 👍, 👎 or ❤️ below a piece."
        assert text(own).startswith("**1.** `#1` ")


@pytest.mark.parametrize(("language", "title"), [("de", "Cadenza komponiert"), ("fr", "Cadenza compose")])
async def test_help_fits_on_a_screen_in_every_language(tmp_path, language, title):
    async with open_discord_world(tmp_path) as here:
        here.say(language)

        shown = await here.ann.slash(here.channel, "help")

        assert shown.response.embeds[0].title == title
        assert shown.ephemeral
        assert len(text(shown)) < 1200


async def test_the_best_pieces_turn_their_pages_for_everybody(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "ROWS", 1)
    async with open_discord_world(tmp_path) as here:
        people = [here.person(name) for name in ("cy", "dee", "eve")]
        for _ in range(2):
            message = here.message(await here.composed())
            for person in people:
                await person.react(message, "👍")
        shown = await here.bob.slash(here.channel, "top")
        forward = next(custom_id for custom_id in buttons(shown.response.message) if custom_id.endswith(":1"))

        await here.ann.click(shown.response.message, custom_id=forward)

        assert text(shown).startswith("**2.** `#")
        assert [button["disabled"] for button in buttons(shown.response.message).values()] == [False, True]
