"""The page in Chromium, used as a person uses it."""

from __future__ import annotations

import shutil
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from playwright.async_api import async_playwright, expect

from bot.standin.page.server import Page as StandInPage
from bot.standin.server import StandIn
from bot.standin.trial.trial import open_trial

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from playwright.async_api import Browser, Locator, Page

    from bot.standin.trial.trial import TryOut
    from bot.standin.world import Guild

PICTURES = Path(__file__).parents[4] / "out" / "pictures"
"""Where the tests leave what they saw."""

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 60_000
"""Milliseconds that a piece may take."""

Theme = Literal["light", "dark"]


@contextmanager
def file_of(name: str, text: str) -> Iterator[str]:
    """The path of a file with a text, which is gone afterwards."""
    with TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_text(text)
        yield str(file)


class ChatPage:
    """One person's tab.

    Attributes:
        page: Playwright's page.
        problems: What the browser complained of: errors of scripts, and files that did not come.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)

    @property
    def line(self) -> Locator:
        """Where messages are written."""
        return self.page.locator("#say")

    @property
    def messages(self) -> Locator:
        """All messages of the channel."""
        return self.page.locator(".message")

    @property
    def pieces(self) -> Locator:
        """The messages with a player."""
        return self.messages.filter(has=self.page.locator("audio"))

    @property
    def suggestions(self) -> Locator:
        """What is suggested for what is typed."""
        return self.page.get_by_role("option").locator("visible=true")

    @property
    def hint(self) -> Locator:
        """The sentence under the line."""
        return self.page.locator("#hint")

    async def bot_is_there(self) -> None:
        """Wait for the bot."""
        await expect(self.page.locator("#bot-state")).to_have_text("Cadenza is here", timeout=PATIENCE)

    async def type(self, text: str) -> None:
        """Type into the line, key by key."""
        await self.line.click()
        await self.page.keyboard.type(text)

    async def send(self, text: str) -> None:
        """Type a command with its options, take what is suggested for it, and send it."""
        await self.type(f"{text} ")
        await self.page.keyboard.press("Enter")

    async def become(self, name: str) -> None:
        """Switch to another person."""
        people = self.page.get_by_label("You are")
        label = await people.locator("option", has_text=name).inner_text()
        await people.select_option(label=label)
        await expect(people.locator("option:checked")).to_have_text(label)

    async def piece(self, number: int) -> Locator:
        """A piece, once it has its player and its reactions."""
        message = self.pieces.nth(number - 1)
        await expect(message.locator(".reaction")).to_have_count(3, timeout=PATIENCE)
        return message

    async def drop(self, name: str, text: str) -> None:
        """Drag a file from a folder over the page, and drop it in the middle, as the browser is told by the system.

        The browser lets go of what it has not heard yet that the page takes, which a busy machine tells it late.
        """
        devtools = await self.page.context.new_cdp_session(self.page)
        size = await self.page.evaluate("({ x: innerWidth / 2, y: innerHeight / 2 })")
        await self.page.evaluate("addEventListener('drop', () => (window.dropped = true), { capture: true })")
        with file_of(name, text) as file:
            dragged = {"items": [], "files": [file], "dragOperationsMask": 1}
            while not await self.page.evaluate("Boolean(window.dropped)"):
                for moment in ("dragEnter", "dragOver", "drop"):
                    await devtools.send("Input.dispatchDragEvent", {"type": moment, "data": dragged, **size})
                    if moment != "dragEnter":
                        await expect(self.page.locator("body.dragging")).to_have_count(int(moment == "dragOver"))
            await self.page.evaluate("window.dropped = false")
        await devtools.detach()

    async def photograph(self, name: str, folder: Path = PICTURES) -> None:
        """Keep what is seen as a picture."""
        await self.page.screenshot(path=folder / f"{name}.png", animations="disabled")


def find_chromium() -> str:
    """The path of a Chromium.

    Raises:
        LookupError: If none is installed.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise LookupError(f"no Chromium: none of {', '.join(NAMES)} is on PATH; apt-get install chromium")
    return found


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Chromium without a window, which plays sound for nobody."""
    arguments = ["--mute-audio", "--autoplay-policy=no-user-gesture-required"]
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield running
        await running.close()


class BrowserKeeper:
    """One Chromium for many tests, which the first that asks for it starts."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._running: Browser | None = None

    async def running(self) -> Browser:
        """The browser."""
        if self._running is None:
            self._running = await self._stack.enter_async_context(launched())
        return self._running

    async def close(self) -> None:
        """End it, if it was started."""
        await self._stack.aclose()
        self._running = None


KEEPER = BrowserKeeper()
"""That of all tests of the page, which run in one event loop."""


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """The browser of the tests; at the end its tabs are closed."""
    running = await KEEPER.running()
    try:
        yield running
    finally:
        for context in running.contexts:
            await context.close()


async def visit(
    running: Browser,
    address: str,
    *,
    width: int = 1100,
    height: int = 800,
    theme: Theme = "light",
    scale: float = 1,
    touch: bool = False,
) -> ChatPage:
    """Open the page in a tab that shares nothing with others."""
    context = await running.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        device_scale_factor=scale,
        has_touch=touch,
        is_mobile=touch,
        locale="en-GB",
    )
    chat = ChatPage(await context.new_page())
    await chat.page.goto(address)
    await chat.line.wait_for()
    return chat


@asynccontextmanager
async def trial_in_a_browser(folder: Path) -> AsyncIterator[tuple[TryOut, Browser]]:
    """The real bot as a process, and Chromium."""
    async with open_trial(folder, port=0) as trial, browser() as running:
        yield trial, running


@asynccontextmanager
async def empty_chat(*, channels: Sequence[str] = ("general",)) -> AsyncIterator[tuple[StandIn, Guild, Browser]]:
    """A stand-in that no bot has come to, with Anna and Ben, and Chromium."""
    stand_in = StandIn()
    StandInPage(stand_in).add_to(stand_in.app)
    async with stand_in, browser() as running:
        stand_in.add_person("anna")
        stand_in.add_person("ben", locale="de")
        yield stand_in, stand_in.add_guild(channels=tuple(channels)), running
