"""A piece whose sound was asked of networks says how much of it is theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.discord_ui.texts import sentences
from composer.source_filter.playing import NetworkShare
from tests.bot.discord_ui.discord_world import open_discord_world


@pytest.mark.parametrize("share", NetworkShare)
async def test_a_piece_says_how_much_networks_play_of_it(tmp_path, share):
    async with open_discord_world(tmp_path) as here:
        render = here.composer.render

        async def rendered(music, sheet):
            return replace(await render(music, sheet), network_share=share)

        here.composer.render = rendered
        piece = await here.composed(instrument_sound="network")
        told = here.message(piece).embeds[0].description

    assert sentences.load("en")(f"caption.network_{share}") in told.splitlines()
