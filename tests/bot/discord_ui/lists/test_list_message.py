"""The largest list is one that Discord takes."""

from __future__ import annotations

import pytest

from bot.discord_ui.buttons import Spec, pages
from bot.discord_ui.lists.list_message import ROWS, ListRow, list_view
from bot.discord_ui.texts import sentences
from bot.standin.rules.messages import check_message
from bot.standin.world import COMPONENTS_V2
from composer.request import OPTIONS

LONGEST_MODEL = next(option.longest for option in OPTIONS if option.field == "model")


@pytest.mark.parametrize("language", sentences.LANGUAGES)
async def test_a_full_page_fits_into_a_message(language):
    say = sentences.load(language)
    number = 2**53 - 1
    facts = {"title": "T" * 128, "model": "m" * LONGEST_MODEL, "votes": say("votes", approval=100, count=10**6)}
    text = say("top.row", place=10**6, number=number, **facts)
    rows = [ListRow(text, Spec("play", str(number - index))) for index in range(ROWS)]
    turning = pages("top", f"month:{'m' * LONGEST_MODEL}:{language}", page=10**6 - 2, more=True)
    note = say("history.page", page=10**6, pages=10**6)

    view = list_view(say, say("top.title"), rows, note=note, turning=turning)

    assert view.is_persistent()
    assert view.total_children_count == 36
    assert view.content_length() <= 4000
    check_message({"components": view.to_components(), "flags": COMPONENTS_V2}, {})


async def test_a_row_without_a_button_is_text():
    view = list_view(sentences.load("en"), "Your pieces", [ListRow("waiting")], note="one")

    (box,) = view.to_components()
    assert [part["type"] for part in box["components"]] == [10, 10, 10]
