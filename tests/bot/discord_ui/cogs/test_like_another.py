"""A piece like another is asked for as that one was, whoever presses the button."""

from __future__ import annotations

import pytest

from bot.discord_ui.options.values import SHOWN_OPTIONS
from bot.domain.generation import GenerationState
from bot.domain.order import Defaults
from tests.bot.discord_ui.discord_world import filled_in, open_discord_world
from tests.bot.discord_ui.options.test_options import example

BOBS = Defaults(
    wishes={
        option.field: example(option)
        for option in SHOWN_OPTIONS
        if option.lasting and not option.engines and option.field != "model"
    },
    private=True,
)
"""A default of everything that any model honours."""


async def another(here, message):
    await here.bob.click(message, custom_id="cadenza:another:1")


async def change(here, message):
    form = await here.bob.click(message, custom_id="cadenza:change:1")
    await here.bob.submit_modal(form, filled_in(form))


async def retry(here, message):
    await here.bob.click(message, custom_id="cadenza:retry:1")


@pytest.mark.parametrize("ask", [another, change, retry])
async def test_what_was_left_open_is_not_filled_in_from_the_defaults_of_who_presses(tmp_path, ask):
    async with open_discord_world(tmp_path) as here:
        await here.app.store.preferences.set_defaults(here.bob.id, BOBS)
        here.composer.failing = ask is retry
        asked = await here.ann.slash(here.channel, "compose", metre="3/4")
        ends = {GenerationState.DELIVERED, GenerationState.FAILED}
        first = await here.until(lambda generation: generation.state in ends, 1)
        here.composer.failing = False

        await ask(here, asked.response.message)
        second = await here.delivered(2)

    assert second.options.wishes_for_another() == first.options.wishes_for_another()
    assert second.options.said_any == first.options.said_any == frozenset()
    assert (second.options.seed == first.options.seed) is (ask is not another)


@pytest.mark.parametrize(
    ("source", "default", "hidden"),
    [(False, None, False), (False, True, True), (True, None, True), (True, False, True)],
)
async def test_it_is_private_if_the_piece_was_or_the_defaults_say_so(tmp_path, source, default, hidden):
    async with open_discord_world(tmp_path) as here:
        asked = await here.ann.slash(here.channel, "compose", private=source)
        await here.delivered(1)
        await here.app.store.preferences.set_defaults(here.ann.id, Defaults(private=default))

        pressed = await here.ann.click(asked.response.message, custom_id="cadenza:another:1")

        assert pressed.ephemeral is (await here.delivered(2)).private is hidden


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({}, True),
        ({"instrument": ["celesta"]}, True),
        ({"more": "instrument_sound:network"}, True),
        ({"key": "A major"}, True),
        ({"key": "A minor"}, False),
        ({"length": "31"}, False),
        ({"style": ["romantic"]}, False),
        ({"more": "tempo:100"}, False),
        ({"length": "31", "more": "seed:7"}, True),
        ({"more": "seed:8"}, False),
    ],
)
async def test_the_seed_stays_where_it_keeps_the_notes_or_is_typed(tmp_path, fields, kept):
    async with open_discord_world(tmp_path) as here:
        first = await here.composed(length=30, seed=7)
        form = await here.ann.click(here.message(first), custom_id="cadenza:change:1")
        shown = filled_in(form)
        more = {"more": f"{shown['more']} {fields.get('more', '')}"}

        await here.ann.submit_modal(form, {**shown, **fields, **more})

        assert "seed" not in shown["more"]
        assert ((await here.delivered(2)).options.seed == 7) is kept


async def test_creativity_keeps_all_of_its_digits(tmp_path):
    async with open_discord_world(tmp_path) as here:
        first = await here.composed(creativity=0.123456789012)
        form = await here.ann.click(here.message(first), custom_id="cadenza:change:1")

        await here.ann.submit_modal(form, filled_in(form))

        assert (await here.delivered(2)).options == first.options
