"""Forms and files: what a person gives on the page is what a bot by discord.py gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

from tests.bot.standin.page.chat_page import browser, visit
from tests.bot.standin.page.test_access import LOW_CONTRAST, unnamed
from tests.bot.standin.small_bot import met

if TYPE_CHECKING:
    import pytest


async def test_a_form_takes_a_dropped_file_and_choices_by_keys(monkeypatch: pytest.MonkeyPatch):
    async with met(monkeypatch) as (stand_in, _, _, _), browser() as running:
        chat = await visit(running, stand_in.state.base, width=360, height=740)
        keys = chat.page.keyboard
        await chat.send("/ask")
        form = chat.page.get_by_role("dialog", name="Go on")
        await expect(form.get_by_role("checkbox", name="Melody")).to_be_checked()

        await chat.drop("tune.mid", "MThd")
        await expect(form.get_by_role("list", name="Files for Your tune")).to_contain_text("tune.mid")
        await chat.drop("other.mid", "MThd")
        await expect(form.get_by_role("alert")).to_have_text("Your tune: at most 1 file.")
        await form.get_by_role("radio", name="Major").focus()
        await keys.press("ArrowDown")
        await form.get_by_role("checkbox", name="Drums").focus()
        await keys.press("Space")
        await form.get_by_role("checkbox", name="For me alone").check()
        await chat.photograph("form-narrow")
        assert await unnamed(chat) == []
        assert await chat.page.evaluate(LOW_CONTRAST) == []
        assert await form.evaluate("(form) => form.scrollWidth <= form.clientWidth")
        await keys.press("Enter")

        await expect(form).not_to_be_visible()
        await expect(chat.messages.last).to_contain_text("tune.mid b'MThd' Minor Melody+Drums True")
        assert chat.problems == []
        assert stand_in.violations == []


async def test_a_form_is_kept_open_until_what_it_needs_is_there(monkeypatch: pytest.MonkeyPatch):
    async with met(monkeypatch) as (stand_in, _, _, _), browser() as running:
        chat = await visit(running, stand_in.state.base)
        await chat.send("/ask")
        form = chat.page.get_by_role("dialog", name="Go on")
        await form.get_by_role("radio", name="Minor").check()

        await form.get_by_role("button", name="Submit").click()
        await expect(form.get_by_label("Your tune *")).to_have_js_property("validity.valueMissing", value=True)
        await form.get_by_label("Your tune *").set_input_files(
            {"name": "mine.mid", "mimeType": "audio/midi", "buffer": b"MThd"}
        )
        await expect(form.get_by_role("list", name="Files for Your tune")).to_contain_text("mine.mid")
        await form.get_by_role("checkbox", name="Melody").uncheck()
        await form.get_by_role("button", name="Submit").click()
        await expect(form.get_by_role("alert")).to_have_text("parts: choose 1 to 2, not 0")
        await form.get_by_role("checkbox", name="Bass").check()
        await form.get_by_role("button", name="Submit").click()

        await expect(chat.messages.last).to_contain_text("mine.mid b'MThd' Minor Bass False")


async def test_a_file_that_is_dropped_on_a_command_is_read_by_the_bot(monkeypatch: pytest.MonkeyPatch):
    async with met(monkeypatch) as (stand_in, _, _, _), browser() as running:
        chat = await visit(running, stand_in.state.base)

        await chat.type("/continue ")
        await expect(chat.page.get_by_role("combobox", name="file")).to_be_focused()
        await chat.drop("tune.mid", "MThd")
        await expect(chat.page.get_by_role("combobox", name="file")).to_have_value("tune.mid")
        await chat.page.keyboard.press("Enter")

        await expect(chat.messages.last).to_contain_text("tune.mid b'MThd'")
