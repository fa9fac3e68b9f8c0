"""The button below a piece that shows its sheet music."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.bot.discord_ui.discord_world import open_discord_world


def names(sent):
    return [file.filename for file in sent.attachments]


async def test_first_page_comes_at_once_to_that_person_alone_and_the_rest_when_asked_for(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        stem = "1-nocturne-in-e-flat-major"

        told = await here.bob.click(here.message(piece), custom_id="cadenza:score:1")

        assert told.ephemeral
        assert names(told.response) == [f"{stem}-1.png", f"{stem}.musicxml"]
        (embed,) = told.response.embeds
        assert embed.description == "**#1 · Nocturne in E flat major** · page 1 of 3"
        assert embed.footer.text == "E flat major · 3/4\nE flat major: I | V7 C minor: i"
        assert embed.image.url.endswith(f"{stem}-1.png")

        await here.bob.click(told.response, label="PDF")

        assert names(told.response) == [f"{stem}-1.png", f"{stem}.pdf", f"{stem}.musicxml"]
        buttons = told.response.components[0]["components"]
        assert [(button["label"], button.get("emoji")) for button in buttons] == [("◀", None), ("▶", None)]

        for page in (1, 2, 1):
            await here.bob.click(told.response, custom_id=f"cadenza:score:1:{page}")

        assert names(told.response)[0] == f"{stem}-2.png"
        assert told.response.embeds[0].description.endswith("page 2 of 3")
        assert here.composer.engraved == 2


def change(here, values):
    with closing(sqlite3.connect(here.app.settings.database_path)) as database, database:
        database.execute(f"update generation set {values}")  # noqa: S608 - ours


async def test_whoever_presses_before_the_row_says_delivered_reads_the_page_too(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        change(here, "state = 'composed'")

        told = await here.ann.click(here.message(piece), custom_id="cadenza:score:1")

        assert names(told.response)[0].endswith("-1.png")


async def test_what_is_no_longer_kept_is_drawn_again_until_the_piece_is_deleted(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        await here.ann.click(here.message(piece), custom_id="cadenza:score:1")
        here.app.orders._producer.forget_all()  # noqa: SLF001 - as after a restart

        told = await here.bob.click(here.message(piece), custom_id="cadenza:score:1")

        assert names(told.response)[0].endswith("-1.png")
        assert here.composer.engraved == 2

        await here.ann.slash(here.channel, "delete", number=1)
        refused = await here.bob.click(told.response, custom_id="cadenza:score:1:1")

        assert refused.response.content == "I can't find a piece #1 that you can see here."


async def test_too_many_pages_and_music_without_bars_are_refused_in_a_sentence(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.too_long = True
        piece = await here.composed()

        long = await here.ann.click(here.message(piece), custom_id="cadenza:score:1")
        change(here, "bars = null")
        free = await here.ann.click(here.message(piece), custom_id="cadenza:score:1")

        assert long.response.content.startswith("Piece #1 is too long for me to draw as sheet music.")
        assert free.ephemeral
        assert free.response.content == "Piece #1 has no sheet music: it is not written in bars."
        assert here.composer.engraved == 1
