"""Whether everybody can use the page: on a phone, by keyboard, with a screen reader, in light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from bot.standin.rest import posting
from bot.standin.world import Attachment, Message
from tests.bot.standin.page.chat_page import empty_chat, visit

if TYPE_CHECKING:
    from bot.standin.server import StandIn
    from bot.standin.world import Guild
    from tests.bot.standin.page.chat_page import ChatPage, Theme

NEEDS_A_NAME = {
    *("button", "link", "textbox", "combobox", "listbox", "option", "menuitem", "image", "dialog", "checkbox"),
    *("navigation", "log", "region", "group", "Audio"),
}

COMPOSE = {
    "id": "1",
    "type": 1,
    "name": "compose",
    "description": "Write a piece",
    "options": [
        {"type": 4, "name": "length", "description": "Seconds", "min_value": 5, "max_value": 300},
        {
            "type": 3,
            "name": "style",
            "description": "Kind of music",
            "choices": [
                {"name": "string quartet", "value": "quartet"},
                {"name": "choir", "value": "choir"},
                {"name": "string quartet and choir", "value": "both"},
            ],
        },
        {"type": 5, "name": "private", "description": "Only you see it"},
    ],
}

LOW_CONTRAST = (Path(__file__).parent / "low_contrast.js").read_text(encoding="utf-8")


async def furnish(stand_in: StandIn, guild: Guild) -> None:
    """Post one of everything."""
    state = stand_in.state
    state.commands[None] = [COMPOSE]
    await stand_in.say("a question of [somebody](https://example.org)", user=state.people[-1], channel=guild.channel)
    piece = Message(guild.channel, state.bot, "`#1` *made*", embeds=[{"title": "Waltz", "description": "0:10"}])
    piece.attachments = [Attachment("waltz.mp3", b"ID3"), Attachment("waltz.mid", b"MThd")]
    buttons = [
        {"type": 2, "style": style, "label": label, "custom_id": label}
        for style, label in enumerate(("Play", "Another", "Keep", "Delete"), 1)
    ]
    select = {"type": 3, "custom_id": "s", "placeholder": "Model", "options": [{"label": "lstm", "value": "lstm"}]}
    piece.components = [{"type": 1, "components": buttons}, {"type": 1, "components": [select]}]
    await posting.publish(state, piece)
    await stand_in.react(piece, "👍", user=state.people[1])
    hidden = Message(guild.channel, state.bot, "only for you", flags=64, seen_by=state.people[1])
    await posting.publish(state, hidden)
    state.violations.append("POST /channels/1/messages: content: 2001 characters")


async def unnamed(chat: ChatPage) -> list[str]:
    """What the browser tells a screen reader of without a name."""
    session = await chat.page.context.new_cdp_session(chat.page)
    tree: dict[str, Any] = await session.send("Accessibility.getFullAXTree")
    nodes = [node for node in tree["nodes"] if not node["ignored"] and node["role"]["value"] in NEEDS_A_NAME]
    assert nodes
    return [str(node["role"]["value"]) for node in nodes if not node.get("name", {}).get("value")]


async def test_everything_that_can_be_used_has_a_name():
    async with empty_chat() as (stand_in, guild, running):
        await furnish(stand_in, guild)
        chat = await visit(running, stand_in.state.base)

        await chat.type("/compose style:")
        await expect(chat.suggestions).to_have_count(3)
        assert await unnamed(chat) == []

        await chat.page.keyboard.press("Escape")
        await chat.page.keyboard.press("Escape")
        await chat.messages.first.get_by_role("button", name="More").focus()
        await chat.page.keyboard.press("Enter")
        await expect(chat.page.get_by_role("menu", name="Message")).to_be_visible()
        assert await unnamed(chat) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_letters_stand_out_from_their_ground(theme: Theme):
    async with empty_chat() as (stand_in, guild, running):
        await furnish(stand_in, guild)
        chat = await visit(running, stand_in.state.base, theme=theme)
        await chat.type("/compose length:1 ")
        await chat.page.keyboard.press("Enter")
        await expect(chat.hint).to_have_text("length: 5 to 300")

        assert await chat.page.evaluate(LOW_CONTRAST) == []


async def test_a_command_is_given_by_keys_alone():
    async with empty_chat() as (stand_in, guild, running):
        await furnish(stand_in, guild)
        chat = await visit(running, stand_in.state.base)
        keys = chat.page.keyboard
        await chat.line.focus()

        await keys.type("/com")
        await keys.press("Enter")
        for _ in range(2):
            await keys.press("ArrowDown")
        await keys.press("Enter")
        await expect(chat.page.get_by_role("combobox", name="style")).to_be_focused()
        await keys.press("ArrowDown")
        await keys.press("Enter")
        await keys.type("length:30 private:tr")
        await keys.press("Enter")
        values = await chat.page.locator(".chip input").evaluate_all("(inputs) => inputs.map((each) => each.value)")

        assert values == ["string quartet", "30", "True"]
        assert chat.problems == []


async def test_a_value_that_is_typed_out_in_full_is_sent_although_others_hold_it():
    async with empty_chat() as (stand_in, guild, running):
        await furnish(stand_in, guild)
        chat = await visit(running, stand_in.state.base)

        await chat.type("/compose style:quartet")
        await expect(chat.suggestions).to_have_text(["string quartet", "string quartet and choir"])
        await chat.page.keyboard.press("Enter")
        await stand_in.until(lambda: stand_in.state.interactions, "the command", seconds=10)

        (sent,) = stand_in.state.interactions.values()
        assert sent.data["options"] == [{"type": 3, "name": "style", "value": "quartet"}]


async def test_a_command_that_is_typed_before_the_bot_has_come_is_kept_until_it_is_there():
    async with empty_chat() as (stand_in, guild, running):
        chat = await visit(running, stand_in.state.base)

        await chat.type("/compo")
        await chat.page.keyboard.press("Enter")
        await expect(chat.hint).to_contain_text("it is not here yet")
        stand_in.state.commands[None] = [COMPOSE]
        stand_in.state.changes.tell()

        await expect(chat.suggestions).to_have_text(["/composeWrite a piece"])
        assert not guild.channel.messages


async def test_a_finger_finds_what_can_be_done_with_a_message():
    async with empty_chat() as (stand_in, guild, running):
        await furnish(stand_in, guild)
        chat = await visit(running, stand_in.state.base, width=360, height=740, touch=True)

        await chat.messages.first.get_by_role("button", name="Other reactions").tap()
        await chat.page.get_by_role("menuitem", name="🎉").tap()

        await expect(chat.messages.first.get_by_role("button", name="🎉, 1: Anna")).to_be_visible()


async def test_a_value_out_of_range_is_said_before_it_is_sent():
    async with empty_chat() as (stand_in, guild, running):
        await furnish(stand_in, guild)
        chat = await visit(running, stand_in.state.base)

        await chat.send("/compose length:1000")

        await expect(chat.hint).to_have_text("length: 5 to 300")
        await expect(chat.page.get_by_role("combobox", name="length")).to_be_focused()
        assert not stand_in.state.interactions


@pytest.mark.parametrize("touch", [False, True])
async def test_a_narrow_screen_is_as_wide_as_what_it_shows_with_the_places_open_and_closed(*, touch: bool):
    async with empty_chat() as (stand_in, guild, running):
        await furnish(stand_in, guild)
        chat = await visit(running, stand_in.state.base, width=360, height=740, touch=touch)
        await expect(chat.messages).to_have_count(3)
        wide = "[innerWidth, document.documentElement.scrollWidth, document.body.scrollWidth]"
        places = chat.page.get_by_role("button", name="Channels and people")

        for state in ("Cadenza is here", "The terminal ended: nothing answers here any more"):
            await chat.page.evaluate("(text) => (document.getElementById('bot-state').textContent = text)", state)
            for _ in range(2):
                assert await chat.page.evaluate(wide) == [360] * 3
                for shown in (chat.page.get_by_role("heading", name="# general"), chat.page.locator("#bot-state")):
                    await expect(shown).to_be_in_viewport(ratio=1)
                await places.click()
        await places.click()
        for select in ("You are", "Colours"):
            await expect(chat.page.get_by_label(select)).to_be_in_viewport(ratio=1)


async def test_a_narrow_screen_shows_all_and_moves_nothing_sideways():
    async with empty_chat() as (stand_in, guild, running):
        await furnish(stand_in, guild)
        chat = await visit(running, stand_in.state.base, width=360, height=740)
        await expect(chat.messages).to_have_count(3)

        await chat.type("/compose length:60 style:")
        await expect(chat.suggestions).to_have_count(3)
        await chat.photograph("narrow")
        assert await chat.page.evaluate("document.documentElement.scrollWidth") == 360
        await chat.page.keyboard.press("Escape")
        await chat.page.keyboard.press("Escape")

        places = chat.page.get_by_role("button", name="Channels and people")
        await places.click()
        await expect(chat.page.get_by_label("You are")).to_be_visible()
        await chat.photograph("narrow-places")
        await expect(chat.page.get_by_role("heading", name="# general")).to_be_in_viewport(ratio=1)
        await chat.become("Ben")
        await chat.page.keyboard.press("Escape")
        await expect(chat.page.get_by_label("You are")).not_to_be_visible()
