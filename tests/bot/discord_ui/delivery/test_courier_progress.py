"""How people are told how their pieces fare, against a made-up Discord."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.discord_ui.delivery import courier
from bot.domain.generation import Composing, GenerationState, Queued, Rendering
from tests.bot.discord_ui.delivery.courier_harness import buttons, open_courier, turns


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Queued(2, 12.0), "In the queue: 2nd, starting in about 12 s"),
        (Composing(9, 24), "Composing, bar 9 of 24\n▰▰▰▰▱▱▱▱▱▱▱▱"),
        (Rendering(), "Rendering the audio\n▰▰▰▰▰▰▰▰▰▰▰▰"),
    ],
)
async def test_progress_is_told_in_the_reply_with_a_way_to_cancel(progress, text):
    async with open_courier() as here:
        generation = await here.asked()

        here.courier.progressed(generation, progress)
        await turns()

        assert here.channel.last_message.content == text
        assert [button["custom_id"] for button in buttons(here.channel.last_message)] == ["cadenza:cancel:142"]
        await here.courier.cancelled(generation)


async def test_a_failure_is_told_with_its_reference_and_a_way_to_try_again():
    async with open_courier() as here:
        generation = replace(await here.asked(), state=GenerationState.FAILED, reference="7F3A")

        await here.courier.failed(generation)

        message = here.channel.last_message
        assert (
            message.content == "Something went wrong while composing (ref 7F3A). It doesn't count against your limit."
        )
        assert [button["label"] for button in buttons(message)] == ["Try again"]


async def test_a_restart_is_told_with_the_place_in_the_queue_until_composing_begins():
    paused = asyncio.Event()
    async with open_courier(pause=lambda _: paused.wait()) as here:
        generation = await here.asked()

        here.courier.resumed(generation)
        here.courier.progressed(generation, Queued(1, 3.0))
        await turns()
        restarted = here.channel.last_message.content
        here.courier.progressed(generation, Composing(1, 24))
        await turns()
        soon = here.channel.last_message.content
        paused.set()
        await turns()

        text = "I was restarted while composing. Your piece is back in the queue."
        assert restarted == soon == f"{text}\nIn the queue: 1st, starting in about 3 s"
        assert here.channel.last_message.content.startswith("Composing, bar 1 of 24\n")
        await here.courier.cancelled(generation)


async def test_what_is_cancelled_says_so_and_nothing_else():
    async with open_courier() as here:
        generation = await here.asked()
        here.courier.progressed(generation, Queued(1, 3.0))

        await here.courier.cancelled(generation)

        assert here.channel.last_message.content == "Cancelled."
        assert buttons(here.channel.last_message) == []


async def test_a_request_that_discord_makes_wait_does_not_keep_the_bot_from_stopping(monkeypatch):
    monkeypatch.setattr(courier, "_GRACE", 0.01)
    async with open_courier() as here:
        generation, waiting = await here.asked(), asyncio.Event()

        async def held(*_):
            await waiting.wait()

        monkeypatch.setattr(here.courier._messages, "edit", held)  # noqa: SLF001 - Discord's answer is what is held
        here.courier.progressed(generation, Queued(1, 3.0))
        await turns()

        await here.courier.close()

        waiting.set()
