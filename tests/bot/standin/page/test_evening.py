"""An evening with the real bot, played through the page."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.bot.standin.page.chat_page import PATIENCE, trial_in_a_browser, visit

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Locator

    from tests.bot.standin.page.chat_page import ChatPage

SECONDS = 60
"""Length of the first piece: that of the README's first command."""

WATCH_SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((seen) => window.shifts.push(...seen.getEntries().map((each) => each.value)))
    .observe({ type: "layout-shift" });
}"""
PLAYS_OUT = """(player) => new Promise((done) => {
  player.onended = () => done(player.currentTime);
  player.currentTime = player.duration - 1;
})"""
PLAYS_ON = "(player) => new Promise((done) => { player.ontimeupdate = () => player.currentTime > 1 && done(true) })"


async def test_evening_through_the_page(tmp_path: Path):
    async with trial_in_a_browser(tmp_path) as (trial, running):
        chat = await visit(running, trial.address)
        await chat.bot_is_there()
        await expect(chat.page.get_by_role("navigation")).to_contain_text("/compose")

        first = await compose(chat)
        await hear_and_keep(chat, first)
        await change_by_the_form(chat)
        await vote_as_ben(chat)
        await look_around(chat)

        assert chat.problems == []
        assert trial.stand_in.violations == []


async def compose(chat: ChatPage) -> Locator:
    """Anna types the command of the README and watches."""
    await chat.type("/")
    await expect(chat.suggestions.filter(has_text="/compose").first).to_be_visible()
    await chat.photograph("commands")
    await chat.page.keyboard.type(f"compose length:{SECONDS} model:wav")
    await expect(chat.suggestions).to_have_text(
        [re.compile(f"^{name} ") for name in ("wavenet", "audio-wavenet", "audio-wavenet-raw", "tutorial-wavenet")]
    )
    await chat.page.keyboard.press("Enter")
    await chat.page.keyboard.press("Escape")
    await chat.page.evaluate(WATCH_SHIFTS)
    await chat.page.keyboard.press("Enter")
    await expect(chat.messages.get_by_role("button", name="Cancel")).to_be_visible()
    await chat.photograph("progress")
    piece = await chat.piece(1)
    await chat.photograph("piece")
    assert sum(await chat.page.evaluate("window.shifts")) < 0.05
    return piece


async def hear_and_keep(chat: ChatPage, piece: Locator) -> None:
    """The piece has its seconds, plays from its beginning and up to its end, and can be saved."""
    player = piece.locator("audio")
    await expect(player).to_have_js_property("readyState", 4)
    assert await player.evaluate("(player) => player.duration") == pytest.approx(SECONDS, abs=0.5)
    await player.evaluate("(player) => player.play()")
    assert await player.evaluate(PLAYS_ON)
    assert await player.evaluate(PLAYS_OUT) == pytest.approx(SECONDS, abs=0.5)
    async with chat.page.expect_download() as saving:
        await piece.get_by_role("link", name=".mid").click()
    saved = await (await saving.value).path()
    assert (await asyncio.to_thread(saved.read_bytes)).startswith(b"MThd")


async def vote_as_ben(chat: ChatPage) -> None:
    """Ben votes on the shorter piece, and has another composed."""
    await chat.become("Ben")
    piece = await chat.piece(2)
    await piece.get_by_role("button", name="👍, 1").click()
    await expect(piece.get_by_role("button", name="👍, 2: Cadenza, Ben")).to_have_attribute("aria-pressed", "true")
    await piece.get_by_role("button", name="Another").click()
    other = await chat.piece(3)
    await expect(other.locator(".embed")).to_contain_text("@Ben")


async def change_by_the_form(chat: ChatPage) -> None:
    """Anna asks for a shorter piece."""
    await (await chat.piece(1)).get_by_role("button", name="Change").click()
    form = chat.page.get_by_role("dialog", name="Change #1")
    await form.get_by_label("Length in seconds").fill("8")
    await chat.photograph("form")
    await form.get_by_role("button", name="Submit").click()
    await expect(form).not_to_be_visible()
    await expect((await chat.piece(2)).locator(".embed")).to_contain_text("0:08")


async def look_around(chat: ChatPage) -> None:
    """Dora sees nothing of Anna's list, and rates from the menu; the bot answers Anna in direct messages."""
    await chat.become("Anna")
    await chat.send("/history")
    await expect(chat.messages.last).to_contain_text("Only you can see this")
    await chat.photograph("private")
    await chat.become("Dora")
    await expect(chat.page.get_by_text("Descartar mensaje")).to_have_count(0)
    piece = await chat.piece(2)
    await piece.hover()
    await piece.get_by_role("button", name="More").click()
    await chat.page.get_by_role("menuitem").filter(has_text="pieza").click()
    await expect(chat.messages.last).to_contain_text("Solo tú puedes ver esto")
    await chat.become("Anna")
    await chat.page.get_by_role("button", name="Cadenza", exact=True).click()
    await chat.send("/help")
    await expect(chat.messages.last).to_contain_text("/compose")
    await chat.photograph("direct")


async def test_a_bot_that_ends_is_shown_with_its_last_words_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CADENZA_SOUNDFONT", str(tmp_path / "none.sf2"))
    async with trial_in_a_browser(tmp_path) as (trial, running):
        chat = await visit(running, trial.address)
        alert = chat.page.get_by_role("alert")
        await expect(alert).to_contain_text("cannot read the soundfont", timeout=PATIENCE)
        monkeypatch.delenv("CADENZA_SOUNDFONT")
        monkeypatch.setenv("CADENZA_MODELS_DIR", str(tmp_path / "none"))

        await chat.page.get_by_role("button", name="Start it again").click()
        await expect(alert).to_contain_text("no model lstm", timeout=PATIENCE)
        monkeypatch.delenv("CADENZA_MODELS_DIR")
        await chat.page.get_by_role("button", name="Start it again").click()
        await chat.bot_is_there()
        await expect(alert).to_have_count(0, timeout=PATIENCE)

        await trial.bot.stop()
        await expect(alert).to_contain_text("The bot has ended with status 0")
        await chat.photograph("ended")
