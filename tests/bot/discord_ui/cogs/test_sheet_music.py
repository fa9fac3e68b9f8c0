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


async def test_pages_are_turned_in_the_answer_and_drawn_once(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        told = await here.ann.click(here.message(piece), custom_id="cadenza:score:1")

        for page in (1, 2, 1):
            await here.ann.click(told.response, custom_id=f"cadenza:score:1:{page}")

        turned = told.response
        assert names(turned)[0].endswith("-2.png")
        assert turned.embeds[0].description.endswith("page 2 of 3")
        assert here.composer.engraved == 2


async def test_what_is_no_longer_kept_is_drawn_again_from_the_row(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        await here.ann.click(here.message(piece), custom_id="cadenza:score:1")
        here.app.orders._producer.forget_all()  # noqa: SLF001 - as after a restart

        told = await here.bob.click(here.message(piece), custom_id="cadenza:score:1")

        assert names(told.response)[0].endswith("-1.png")
        assert here.composer.engraved == 2


async def test_german_reads_of_noten(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.say("de")
        piece = await here.composed()

        told = await here.ann.click(here.message(piece), custom_id="cadenza:score:1")

        (embed,) = told.response.embeds
        assert embed.description == "**#1 · Nocturne in Es-Dur** · Seite 1 von 3"
        assert embed.footer.text == "Es-Dur · 3/4\nEs-Dur: I | V7 c-Moll: i"


async def test_music_without_bars_has_none_and_a_sentence_says_so(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        with closing(sqlite3.connect(here.app.settings.database_path)) as database, database:
            database.execute("update generation set bars = null")

        refused = await here.ann.click(here.message(piece), custom_id="cadenza:score:1")

        assert refused.ephemeral
        assert refused.response.content == "Piece #1 has no sheet music: it is not written in bars."
        assert here.composer.engraved == 0


async def test_deleted_piece_has_none_any_more(tmp_path):
    async with open_discord_world(tmp_path) as here:
        piece = await here.composed()
        told = await here.bob.click(here.message(piece), custom_id="cadenza:score:1")
        await here.ann.slash(here.channel, "delete", number=1)

        refused = await here.bob.click(told.response, custom_id="cadenza:score:1:1")

        assert refused.response.content == "I can't find a piece #1 that you can see here."


async def test_piece_of_too_many_pages_is_refused_in_a_sentence(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.composer.too_long = True
        piece = await here.composed()

        refused = await here.ann.click(here.message(piece), custom_id="cadenza:score:1")

        assert refused.response.content.startswith("Piece #1 is too long for me to draw as sheet music.")
