"""How the page shows what a bot may post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
from playwright.async_api import expect

from tests.bot.standin.page.chat_page import empty_chat, visit

if TYPE_CHECKING:
    from bot.standin.server import StandIn
    from bot.standin.world import Channel

SECOND_VERSION = 1 << 15


async def post(stand_in: StandIn, channel: Channel, message: dict[str, Any]) -> int:
    """Post as the bot does, and return the status."""
    headers = {"Authorization": f"Bot {stand_in.token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        answer = await http.post(f"{stand_in.api_base}/channels/{channel.id}/messages", json=message)
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


async def test_components_of_the_second_version_are_shown_as_a_list_with_buttons():
    async with empty_chat() as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base)
        button = {"type": 2, "style": 2, "label": "Play", "custom_id": "play:1"}
        section = {"type": 9, "components": [{"type": 10, "content": "**Waltz**"}], "accessory": button}
        container = {"type": 17, "accent_color": 0xFFBE5C, "components": [section, {"type": 14}]}

        status = await post(stand_in, guild.channel, {"flags": SECOND_VERSION, "components": [container]})

        assert status == 200
        await expect(chat.messages.last.locator(".section strong")).to_have_text("Waltz")
        await expect(chat.messages.last.get_by_role("button", name="Play")).to_be_enabled()


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


async def test_news_of_another_channel_is_marked_until_it_is_read():
    async with empty_chat(channels=("general", "music")) as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base)
        await stand_in.say("hello", user=stand_in.state.people[-1], channel=guild.channels[1])
        music = chat.page.get_by_role("button", name="music")
        await expect(music).to_contain_text("new")

        await music.click()

        await expect(chat.messages).to_have_count(1)
        await expect(music).not_to_contain_text("new")
