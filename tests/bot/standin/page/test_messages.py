"""How the page shows what a bot may post."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import aiohttp
from playwright.async_api import expect

from bot.standin.rest import posting
from bot.standin.world import EPHEMERAL, LOADING, Attachment, Interaction, Message
from tests.bot.standin.page.chat_page import empty_chat, visit
from tests.bot.standin.page.test_access import COMPOSE, unnamed

if TYPE_CHECKING:
    from bot.standin.server import StandIn
    from bot.standin.world import Channel

SECOND_VERSION = 1 << 15
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4) + (240).to_bytes(4)
"""The beginning of a picture, which tells its size."""


async def post(stand_in: StandIn, channel: Channel, message: dict[str, Any], *, edits: int | None = None) -> int:
    """Post as the bot does, or change what it posted, and return the status."""
    headers = {"Authorization": f"Bot {stand_in.token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        path = f"{stand_in.api_base}/channels/{channel.id}/messages"
        answer = await (http.post(path, json=message) if edits is None else http.patch(f"{path}/{edits}", json=message))
        return answer.status


async def test_markdown_is_shown_and_html_is_not_read():
    async with empty_chat() as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base)
        ben = stand_in.state.people[-1]
        text = f"# Top\n**bold** *slanted* `code` <b>tag</b> <@{ben.id}> <t:0:D>\n- one\n- two\n> said\n-# small"

        await post(stand_in, guild.channel, {"content": text})
        shown = chat.messages.last.locator(".text")

        await expect(shown.locator(".heading-1")).to_have_text("Top")
        await expect(shown.locator("strong")).to_have_text("bold")
        await expect(shown.locator("em")).to_have_text("slanted")
        await expect(shown).to_contain_text("<b>tag</b>")
        await expect(shown.locator(".mention")).to_have_text("@Ben")
        await expect(shown.locator("time")).to_have_text("January 1, 1970")
        await expect(shown.locator("li")).to_have_text(["one", "two"])
        await expect(shown.locator("blockquote")).to_have_text("said")
        await expect(shown.locator(".small")).to_have_text("small")


def a_list(page: int) -> dict[str, Any]:
    """A message as lists are: rows with a button each, in a box, and buttons that turn the pages."""
    rows = [
        {
            "type": 9,
            "components": [{"type": 10, "content": f"**Waltz** in a title of some length, row {page}.{row}"}],
            "accessory": {"type": 2, "style": 2, "label": "Play", "custom_id": f"play:{page}{row}"},
        }
        for row in range(2)
    ]
    turns = [
        {"type": 2, "style": 2, "emoji": {"name": emoji}, "custom_id": f"to:{emoji}:{page}"} for emoji in ("◀️", "▶️")
    ]
    heading = {"type": 10, "content": "### Pieces"}
    box = {"type": 17, "accent_color": 0xFFBE5C, "components": [heading, *rows, {"type": 1, "components": turns}]}
    return {"flags": SECOND_VERSION, "components": [box]}


async def test_a_list_of_the_second_version_is_read_by_rows_and_keeps_its_place_when_its_page_is_turned():
    async with empty_chat() as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base, width=360, height=740)
        assert await post(stand_in, guild.channel, a_list(1)) == 200
        shown = chat.messages.last
        await expect(shown.locator(".section strong")).to_have_text(["Waltz", "Waltz"])
        assert await chat.page.evaluate("document.documentElement.scrollWidth") == 360
        await shown.evaluate("(message) => { message.dataset.kept = 'yes' }")
        await shown.get_by_role("button", name="▶️").focus()

        (message,) = guild.channel.messages.values()
        assert await post(stand_in, guild.channel, a_list(2), edits=message.id) == 200

        await expect(shown.locator(".section").first).to_contain_text("row 2.0")
        await expect(shown.get_by_role("button", name="▶️")).to_be_focused()
        await expect(shown).to_have_attribute("data-kept", "yes")
        assert stand_in.violations == []


async def test_every_component_of_the_second_version_is_shown():
    async with empty_chat() as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base, width=360, height=740)
        media = {"media": {"url": "attachment://roll.png"}, "description": "The notes"}
        select = {"type": 3, "custom_id": "s", "placeholder": "Model", "options": [{"label": "lstm", "value": "lstm"}]}
        section = {"type": 9, "components": [{"type": 10, "content": "# Waltz"}], "accessory": {"type": 11, **media}}
        inner = [
            section,
            {"type": 14, "spacing": 2},
            {"type": 12, "items": [media, {**media, "description": "The notes again"}]},
            {"type": 13, "file": {"url": "attachment://waltz.mp3"}},
            {"type": 1, "components": [select]},
        ]
        boxes = [
            {"type": 17, "components": inner},
            {"type": 17, "spoiler": True, "components": [{"type": 10, "content": "ah"}]},
        ]
        message = Message(guild.channel, stand_in.state.bot, flags=SECOND_VERSION, components=boxes)
        message.attachments = [
            Attachment("roll.png", PICTURE),
            Attachment("waltz.mp3", b"ID3"),
            Attachment("b.txt", b"b"),
        ]
        await posting.publish(stand_in.state, message)
        shown = chat.messages.last

        await expect(shown.get_by_role("img")).to_have_count(3)
        assert await shown.locator(".section .heading-1").evaluate("(text) => text.clientWidth") > 100
        await expect(shown.locator("audio")).to_have_count(1)
        await expect(shown.get_by_role("separator")).to_have_count(1)
        await expect(shown.get_by_role("combobox", name="Model")).to_be_visible()
        await expect(shown.get_by_text("b.txt")).to_have_count(0)
        await expect(shown.get_by_text("ah", exact=True)).not_to_be_visible()
        await shown.get_by_text("Spoiler").click()
        await expect(shown.get_by_text("ah", exact=True)).to_be_visible()
        await chat.photograph("second-version")
        assert await chat.page.evaluate("document.documentElement.scrollWidth") == 360
        assert await unnamed(chat) == []


async def test_a_broken_rule_of_discord_is_said_in_the_page():
    async with empty_chat() as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base)

        status = await post(stand_in, guild.channel, {"content": "x" * 2001})

        assert status == 400
        await expect(chat.page.get_by_role("alert")).to_contain_text("content: 2001 characters")
        await chat.photograph("rule")


async def test_a_button_that_nobody_answers_says_so():
    async with empty_chat() as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base)
        button = {"type": 2, "style": 1, "label": "Another", "custom_id": "another:1"}
        await post(stand_in, guild.channel, {"content": "a piece", "components": [{"type": 1, "components": [button]}]})

        await chat.messages.last.get_by_role("button", name="Another").click()

        await expect(chat.messages.last).to_contain_text("The application did not respond")
        # No bot is there that could have broken a rule.
        assert stand_in.violations == []


async def test_a_reply_names_what_it_answers_and_a_dropped_file_goes_with_it():
    async with empty_chat() as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base)
        await stand_in.say("listen to this", user=stand_in.state.people[-1], channel=guild.channel)

        await chat.messages.last.hover()
        await chat.messages.last.get_by_role("button", name="More").click()
        await chat.page.get_by_role("menuitem", name="Reply").click()
        await chat.drop("tune.mid", "MThd")
        await expect(chat.page.get_by_role("list", name="Files to send")).to_contain_text("tune.mid")
        await chat.type("mine")
        await chat.page.keyboard.press("Enter")

        await expect(chat.messages.last.locator(".context")).to_have_text("Ben: listen to this")
        await expect(chat.messages.last.get_by_role("link", name="tune.mid")).to_be_visible()


async def test_a_text_or_a_file_that_discord_would_not_take_is_refused_in_a_sentence():
    async with empty_chat() as (stand_in, guild, running):
        guild.filesize_limit = 1024 * 1024
        chat = await visit(running, stand_in.state.base)

        await chat.drop("large.bin", "x" * (1024 * 1024 + 1))
        await expect(chat.hint).to_have_text("large.bin: at most 1 MB can be sent here.")
        await expect(chat.page.get_by_role("list", name="Files to send")).to_be_hidden()
        await chat.line.fill("x" * 2001)
        await chat.line.press("Enter")
        await expect(chat.hint).to_have_text("At most 2000 letters fit in a message; these are 2001")

        await expect(chat.line).to_have_value("x" * 2001)
        assert stand_in.messages(guild.channel) == []


async def test_a_command_that_is_named_is_clicked_and_stands_in_the_line():
    async with empty_chat() as (stand_in, guild, running):
        stand_in.state.commands[None] = [COMPOSE | {"name_localizations": {"de": "komponieren"}}]
        chat = await visit(running, f"{stand_in.state.base}/#me=ben")

        await post(stand_in, guild.channel, {"content": "Begin with </compose:1>."})
        await chat.messages.last.get_by_role("button", name="/komponieren").click()

        await expect(chat.page.get_by_role("group", name="Command komponieren")).to_be_visible()
        await expect(chat.page.get_by_role("combobox", name="Other options")).to_be_focused()


async def test_an_answer_takes_the_place_of_the_thinking_and_calls_whom_it_names():
    async with empty_chat() as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base)
        anna = stand_in.state.people[1]
        thinking = Message(guild.channel, stand_in.state.bot, flags=LOADING)
        await posting.publish(stand_in.state, thinking)
        await expect(chat.messages.last).to_contain_text("Cadenza is thinking")
        await chat.messages.last.evaluate("(message) => { message.dataset.kept = 'yes' }")

        await post(
            stand_in,
            guild.channel,
            {"content": f"Done for <@{anna.id}> <t:{int(time.time()) - 180}:R>"},
            edits=thinking.id,
        )
        await post(stand_in, guild.channel, {"content": f"<@{anna.id}>"})

        first = chat.messages.first
        await expect(first.locator(".text")).to_have_text("Done for @Anna 3 minutes ago")
        await expect(first).to_have_attribute("data-kept", "yes")
        await expect(first).not_to_contain_text("thinking")
        await expect(chat.messages.last).to_have_class(re.compile("pinged"))


async def test_news_of_another_channel_is_marked_until_it_is_read():
    async with empty_chat(channels=("general", "music")) as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base)
        await stand_in.say("hello", user=stand_in.state.people[-1], channel=guild.channels[1])
        music = chat.page.get_by_role("button", name="music")
        await expect(music).to_contain_text("new")

        await music.click()

        await expect(chat.messages).to_have_count(1)
        await expect(music).not_to_contain_text("new")


async def test_what_discord_says_in_the_chat_is_in_the_language_of_the_person():
    async with empty_chat() as (stand_in, guild, running):
        state = stand_in.state
        anna, ben = state.people[-2:]
        asked = Interaction(2, anna, guild.channel, {"type": 1, "name": "top"}, "token")
        chat = await visit(running, f"{state.base}/#me=ben")

        hidden = Message(guild.channel, state.bot, flags=EPHEMERAL | LOADING, seen_by=ben, interaction=asked)
        await posting.publish(state, hidden)

        for said in ("Anna hat /top verwendet", "Cadenza denkt nach", "Nur du kannst das sehen"):
            await expect(chat.messages.last).to_contain_text(said)
        await expect(chat.line).to_have_attribute("placeholder", "Nachricht an #general, oder tippe /")
