"""Old pieces are found while one types, come back, and go."""

from __future__ import annotations

import pytest

from bot.domain.generation import GenerationState
from tests.bot.discord_ui.discord_world import open_discord_world

TITLE = "Nocturne in E flat major"


@pytest.mark.parametrize(
    ("language", "typed", "found"),
    [
        ("en-US", "", [f"#2 {TITLE}", f"#1 {TITLE}"]),
        ("en-US", "2", [f"#2 {TITLE}"]),
        ("en-US", "#1", [f"#1 {TITLE}"]),
        ("en-US", "E flat noct", [f"#2 {TITLE}", f"#1 {TITLE}"]),
        ("en-US", "waltz", []),
        ("de", "es dur", ["#2 Nocturne in Es-Dur", "#1 Nocturne in Es-Dur"]),
        ("de", "e flat", ["#2 Nocturne in Es-Dur", "#1 Nocturne in Es-Dur"]),
        ("fr", "mi bemol", ["#2 Nocturne en mi bémol majeur", "#1 Nocturne en mi bémol majeur"]),
        ("es-ES", "9" * 400, []),
    ],
)
async def test_a_piece_is_found_by_its_number_and_by_its_title_in_english_or_one_s_own_words(
    tmp_path, language, typed, found
):
    async with open_discord_world(tmp_path) as here:
        await here.composed(here.bob)
        await here.composed()
        await here.composed(here.bob, private=True)
        here.say(language)

        offered = await here.ann.autocomplete(here.channel, "track", "number", typed)

        assert [choice["name"] for choice in offered] == found


async def test_a_piece_whose_message_is_gone_is_deleted_by_its_number(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        again = await here.ann.slash(here.channel, "track", number=1)
        here.env.backend.delete_message(here.channel.id, piece.message_id)
        await here.env.settle()

        told = await here.ann.slash(here.channel, "delete", number=1)

        assert told.ephemeral
        assert told.response.content == "Piece #1 is deleted."
        assert (await here.app.store.generations.get(1)).state is GenerationState.DELETED
        assert again.response is None


async def test_a_piece_on_its_way_is_cancelled_by_its_number(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.open.clear()
        await here.ann.slash(here.channel, "compose")

        told = await here.ann.slash(here.channel, "delete", number=1)

        assert told.response.content == "Piece #1 is cancelled."
        assert (await here.app.store.generations.get(1)).state is GenerationState.CANCELLED


@pytest.mark.parametrize(
    ("private", "refusal"),
    [(False, "You can only delete pieces of your own."), (True, "I can't find a piece #1 that you can see here.")],
    ids=["for all", "private"],
)
async def test_a_piece_of_somebody_else_is_not_deleted_by_its_number(tmp_path, private, refusal):
    async with open_discord_world(tmp_path) as here:
        await here.composed(here.bob, private=private)

        refused = await here.ann.slash(here.channel, "delete", number=1)

        assert refused.response.content == refusal
        assert (await here.app.store.generations.get(1)).state is GenerationState.DELIVERED
        assert await here.ann.autocomplete(here.channel, "delete", "number", "") == []


async def test_what_is_deleted_is_not_deleted_twice(tmp_path):
    async with open_discord_world(tmp_path) as here:
        await here.composed()
        await here.ann.slash(here.channel, "delete", number=1)

        refused = await here.ann.slash(here.channel, "delete", number=1)

        assert refused.response.content == "I can't find a piece #1 that you can see here."
