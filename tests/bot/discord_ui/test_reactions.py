"""An emoji says what it says, however it looks."""

from __future__ import annotations

import pytest

from bot.discord_ui.reactions import REACTIONS, emoji_of, value_of


@pytest.mark.parametrize(
    ("emoji", "value"), [("👍", 1), ("👍🏽", 1), ("👎", -1), ("👎🏿", -1), ("❤️", 2), ("❤", 2), ("🎉", None), ("", None)]
)
def test_an_emoji_has_a_value_or_none(emoji, value):
    assert value_of(emoji) == value


def test_every_value_has_its_emoji():
    assert [emoji_of(value) for value in REACTIONS.values()] == list(REACTIONS)
