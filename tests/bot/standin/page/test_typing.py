"""What is typed on the page goes where a person means it to go."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.bot.standin.page.chat_page import empty_chat, visit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.standin.server import StandIn
    from tests.bot.standin.page.chat_page import ChatPage

NUMBER = {"type": 4, "name": "number", "description": "Which", "required": True}
AUTHOR = {"type": 3, "name": "author", "description": "Whose", "required": True}
PRIVATE = {"type": 5, "name": "private", "description": "Only you see it"}
PARTS = [{"type": 1, "name": name, "description": name} for name in ("block", "pause")]
COMMANDS = [
    {"id": "1", "type": 1, "name": "track", "description": "Show", "options": [NUMBER, AUTHOR, PRIVATE]},
    {"id": "2", "type": 1, "name": "top", "description": "The best", "options": [PRIVATE]},
    {"id": "3", "type": 1, "name": "admin", "description": "Run it", "options": PARTS},
]

WAYS_TO_TYPE = ["number:1 author:me", "author:me number:1", "1 author:me", "number: 1 author: me"]


@asynccontextmanager
async def chat_with_commands(
    *, width: int = 1100, height: int = 800, touch: bool = False
) -> AsyncIterator[tuple[StandIn, ChatPage]]:
    async with empty_chat(channels=("general", "music")) as (stand_in, _guild, running):
        stand_in.state.commands[None] = COMMANDS
        chat = await visit(running, stand_in.state.base, width=width, height=height, touch=touch)
        await expect(chat.line).to_have_attribute("placeholder", "Message #general, or type /")
        yield stand_in, chat


async def test_what_is_typed_anywhere_goes_to_the_line():
    async with chat_with_commands() as (_stand_in, chat):
        keys = chat.page.keyboard
        await expect(chat.line).to_be_focused()
        await keys.type("first")
        await chat.page.get_by_role("button", name="music").click()
        await expect(chat.line).to_be_focused()
        await keys.type("second")
        await chat.page.get_by_role("button", name="Send").click()
        await expect(chat.messages).to_have_count(1)
        await expect(chat.line).to_be_focused()
        await chat.page.get_by_role("button", name="music").focus()
        await keys.type("third")
        await expect(chat.line).to_have_value("third")

        await chat.page.get_by_label("You are").focus()
        await keys.type("b")
        await expect(chat.page.get_by_label("You are")).to_be_focused()
        assert chat.problems == []


async def test_a_phone_opens_no_keyboard_by_itself():
    async with chat_with_commands(width=360, height=740, touch=True) as (_stand_in, chat):
        await expect(chat.line).not_to_be_focused()


async def test_an_option_goes_to_its_own_field_wherever_its_name_is_typed():
    async with chat_with_commands() as (_stand_in, chat):
        keys = chat.page.keyboard
        for put in (keys.type, keys.insert_text):
            for typed in WAYS_TO_TYPE:
                await keys.type("/track ")
                await put(typed)
                await keys.type(" private:True")
                for name, value in (("number", "1"), ("author", "me"), ("private", "True")):
                    await expect(chat.page.get_by_role("combobox", name=name)).to_have_value(value)
                await keys.press("Escape")
                await expect(chat.line).to_be_focused()
        assert chat.problems == []


async def test_enter_sends_a_whole_command_and_no_part_of_a_group():
    async with chat_with_commands() as (stand_in, chat):
        keys = chat.page.keyboard
        for typed in ("/adm", "in"):
            await keys.type(typed)
            await keys.press("Enter")
            await keys.press("Enter")
            await expect(chat.line).to_be_focused()
            await expect(chat.hint).to_have_text("Choose one of them.")
        assert not stand_in.state.interactions
        await chat.line.fill("")
        await keys.type("/track")
        await keys.press("Enter")
        await expect(chat.page.get_by_role("combobox", name="number")).to_be_focused()
        await keys.press("Escape")
        await keys.press("Escape")
        await keys.type("/top")
        await keys.press("Enter")

        await stand_in.until(lambda: bool(stand_in.state.interactions), "the command")
        assert [event.data["name"] for event in stand_in.state.interactions.values()] == ["top"]
