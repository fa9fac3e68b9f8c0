"""What stands below a piece, and what opens behind *More*."""

from __future__ import annotations

import pytest

from bot.discord_ui.buttons import row
from bot.discord_ui.piece_menu import MenuEntry, PieceMenu
from bot.discord_ui.texts import sentences
from tests.bot.discord_ui.discord_world import buttons, open_discord_world
from tests.bot.discord_ui.test_refusals import told


def at(*servers):
    async def offered(guild_id):
        return guild_id in servers

    return offered


async def lines(menu, guild_id, *, votes=False):
    """The buttons below piece 7, line by line, by their actions."""
    view = row(sentences.load("en"), await menu.below(7, guild_id, votes=votes))
    return [[button["custom_id"].split(":")[1] for button in line["components"]] for line in view.to_components()]


USUAL = ["another", "change", "score", "delete"]
VOTES = ["rate", "rate", "rate"]


@pytest.mark.parametrize(
    ("guild_id", "votes", "expected"),
    [
        (1, False, [USUAL]),
        (2, False, [[*USUAL, "more"]]),
        (2, True, [VOTES, [*USUAL, "more"]]),
        (3, False, [USUAL, ["play", "more"]]),
        (3, True, [VOTES, USUAL, ["play", "more"]]),
        (4, False, [[*USUAL, "play"]]),
    ],
    ids=["nothing more", "a menu", "a menu and votes", "a button and a menu", "all of it", "a button alone"],
)
async def test_a_line_holds_five_buttons_and_what_is_more_stands_below(guild_id, votes, expected):
    menu = PieceMenu()
    menu.add(MenuEntry("retry", at(2, 3)), MenuEntry("play", at(3, 4), below=True))

    assert await lines(menu, guild_id, votes=votes) == expected


async def test_the_menu_is_for_whoever_opened_it_and_ends_where_the_server_offers_nothing(tmp_path):
    async with open_discord_world(tmp_path) as here:
        offering = {here.guild.id}

        async def offered(guild_id):
            return guild_id in offering

        async def is_bob(interaction, _generation):
            return interaction.user.id == here.bob.id

        here.env.bot.menu.add(MenuEntry("retry", offered), MenuEntry("reset", offered, is_bob))
        message = here.message(await here.composed())

        for_bob = await here.bob.click(message, label="More…")
        for_ann = await here.ann.click(message, label="More…")
        offering.clear()
        for_nobody = await here.bob.click(message, label="More…")

        assert for_bob.ephemeral
        assert for_bob.response.content == "**#1 · Nocturne in E flat major**"
        assert list(buttons(for_bob.response.message)) == ["cadenza:retry:1", "cadenza:reset:1"]
        assert list(buttons(for_ann.response.message)) == ["cadenza:retry:1"]
        assert told(for_nobody) == "There is nothing more to do with this piece here."
