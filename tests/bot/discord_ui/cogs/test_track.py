"""Old pieces are found while one types, and come back."""

from __future__ import annotations

import pytest

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
