"""A button carries all that it needs."""

from __future__ import annotations

import pytest

from bot.discord_ui.buttons import number_in, pages, piece_buttons, row
from bot.discord_ui.reactions import REACTIONS
from bot.discord_ui.texts import sentences


async def test_a_piece_has_its_buttons_in_the_reader_s_language():
    view = row(sentences.load("de"), piece_buttons(142, votes=False))

    buttons = view.to_components()[0]["components"]
    assert [button["label"] for button in buttons] == ["Noch eins", "Ändern", "Noten", "Löschen"]
    assert [button["custom_id"] for button in buttons] == [
        "cadenza:another:142",
        "cadenza:change:142",
        "cadenza:score:142",
        "cadenza:delete:142",
    ]
    assert view.is_persistent()


async def test_votes_stand_on_buttons_where_reactions_cannot_reach():
    english = sentences.load("en")
    view = row(english, piece_buttons(7, votes=True))
    (alone,) = (line["components"] for line in row(english, piece_buttons(7, votes=False)).to_components())

    votes, others = (line["components"] for line in view.to_components())
    assert {button["label"]: button["custom_id"] for button in votes} == {
        emoji: f"cadenza:rate:7:{value}" for emoji, value in REACTIONS.items()
    }
    assert [button["custom_id"] for button in others] == [button["custom_id"] for button in alone]


@pytest.mark.parametrize(("page", "enabled"), [(0, [False, True]), (1, [True, True]), (2, [True, False])])
def test_pages_end_where_the_list_does(page, enabled):
    assert [spec.enabled for spec in pages("top", "month", page=page, more=page < 2)] == enabled


def test_one_page_needs_no_buttons():
    assert pages("top", "month", page=0, more=False) == []


@pytest.mark.parametrize(
    ("custom_id", "number"),
    [("cadenza:cancel:142", 142), ("cadenza:rate:7:-1", 7), ("cadenza:history:3", None), ("other", None)],
)
def test_a_button_tells_whose_piece_it_belongs_to(custom_id, number):
    assert number_in(custom_id) == number
