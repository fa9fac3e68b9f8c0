"""News is told now and then, and only when it is new."""

from __future__ import annotations

import asyncio

from bot.discord_ui.delivery.throttled_edits import INTERVAL, ThrottledEdits


class Wall:
    """Remembers what was shown and lets time pass when told."""

    def __init__(self):
        self.shown = []
        self.paused = []
        self._gate = asyncio.Event()

    async def edit(self, news):
        self.shown.append(news)

    async def pause(self, seconds):
        self.paused.append(seconds)
        await self._gate.wait()
        self._gate.clear()

    async def time_passes(self):
        self._gate.set()
        await turns()


async def turns():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_first_news_is_shown_at_once_and_the_newest_after_the_pause():
    wall = Wall()
    edits = ThrottledEdits(wall.edit, pause=wall.pause)

    for bar in range(4):
        edits.show(bar)
        await turns()
    await wall.time_passes()

    assert wall.shown == [0, 3]
    assert wall.paused == [INTERVAL, INTERVAL]
    await edits.close()


async def test_news_that_is_none_is_not_shown_again():
    wall = Wall()
    edits = ThrottledEdits(wall.edit, pause=wall.pause)

    edits.show("bar 1")
    await turns()
    edits.show("bar 1")
    await wall.time_passes()
    edits.show("bar 1")
    await turns()

    assert wall.shown == ["bar 1"]


async def test_nothing_is_shown_once_it_is_closed():
    wall = Wall()
    edits = ThrottledEdits(wall.edit, pause=wall.pause)
    edits.show("bar 1")
    await turns()
    edits.show("bar 2")

    await edits.close()
    await wall.time_passes()

    assert wall.shown == ["bar 1"]


async def test_closing_waits_for_an_edit_under_way():
    wall, allowed = Wall(), asyncio.Event()

    async def slow_edit(news):
        await allowed.wait()
        await wall.edit(news)

    edits = ThrottledEdits(slow_edit, pause=wall.pause)
    edits.show("bar 1")
    await turns()
    closing = asyncio.create_task(edits.close())
    await turns()

    assert not closing.done()

    allowed.set()
    await wall.time_passes()
    await closing

    assert wall.shown == ["bar 1"]
