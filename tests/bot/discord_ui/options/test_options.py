"""Every option of the table can be said wherever the bot takes options, and reaches the composer's request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from discord import AppCommandOptionType as Type

from bot.discord_ui.options.change_form import ChangeForm, submitted
from bot.discord_ui.options.values import SHOWN_OPTIONS, is_spelled, read_text, read_wishes
from bot.discord_ui.texts import sentences
from bot.domain.composer_port import to_request
from bot.storage.export import extracts
from composer.tokens import features
from tests.bot import tiny_model
from tests.bot.discord_ui.discord_world import filled_in, open_discord_world
from tests.bot.discord_ui.options.test_change_form import handed_in

if TYPE_CHECKING:
    from composer.options import Option

LASTING = [option for option in SHOWN_OPTIONS if option.lasting]
NAMED = pytest.mark.parametrize("option", SHOWN_OPTIONS, ids=lambda option: option.name)

REGISTERED = [
    {"name": "length", "type": Type.integer, "min_value": 5, "max_value": 300},
    {"name": "model", "type": Type.string, "autocomplete": True},
    {"name": "style", "type": Type.string, "choices": 17},
    {"name": "instrument", "type": Type.string, "choices": 25},
    {"name": "instrument_sound", "type": Type.string, "choices": 2},
    {"name": "key", "type": Type.string, "autocomplete": True},
    {"name": "metre", "type": Type.string, "autocomplete": True},
    {"name": "tempo", "type": Type.integer, "min_value": 40, "max_value": 200},
    {"name": "creativity", "type": Type.number, "min_value": 0.0, "max_value": 1.0},
    {"name": "game", "type": Type.string, "choices": 4},
    {"name": "density", "type": Type.number, "min_value": 0.25, "max_value": 4.0},
    {"name": "glissandi", "type": Type.number, "min_value": 0.0, "max_value": 2.0},
    {"name": "seed", "type": Type.integer, "min_value": 0, "max_value": 2**53 - 1},
    {"name": "chords", "type": Type.string},
    {"name": "rolls", "type": Type.string},
    {"name": "private", "type": Type.boolean},
    {"name": "notify", "type": Type.boolean},
    {"name": "reset", "type": Type.string, "choices": 15},
]
"""What Discord is told of the options of `/compose`, which lacks the last two, and of `/settings`.

The latter lacks what belongs to one piece alone.
"""


SAID = {"model": "wavenet", "rolls": "3 6 " * 7 + "3 6", "chords": "Am F C G"}
"""Examples of options that offer no values."""


def example(option: Option) -> str | float:
    """A value that is not the usual one, as Discord hands it over."""
    if option.is_number:
        return int(option.low or 0) if option.whole else (option.high or 0) / 4
    return option.offered[-1] if option.offered else SAID[option.name]


READER = {"length": 60, "model": "reader", "chords": SAID["chords"]}
"""What is said to a network that reads chords."""

NETWORK = {
    option.name: example(option) for option in SHOWN_OPTIONS if not option.engines and option.name != "chords"
} | {"style": "romantic"}


def example_of(engine: str) -> dict[str, str | float]:
    """What only one engine is told, with its name."""
    own = {option.name: example(option) for option in SHOWN_OPTIONS if engine in option.engines}
    return {"length": 60, "model": engine, **own}


DICE = {**example_of("dice"), "key": "E flat major"}
STOCHASTIC = {**example_of("stochastic"), "style": "quartet"}
BY_ENGINE = pytest.mark.parametrize(
    "said", [NETWORK, READER, DICE, STOCHASTIC], ids=["network", "reader", "dice", "stochastic"]
)
"""What is said to an engine of each kind, by the options' names."""


def open_world(folder, said):
    """The world in which a model is that is named in what is said."""
    if said is not READER:
        return open_discord_world(folder)
    tiny_model.install(folder / "readers", "reader", reads=features.NEWEST)
    return open_discord_world(folder, models_dir=folder / "readers", default_model="reader")


def told(command):
    """The options of a command, as Discord was told of them, in short."""
    short = []
    for option in command["options"]:
        kept = {name: option[name] for name in ("name", "min_value", "max_value", "autocomplete") if name in option}
        choices = {"choices": len(option["choices"])} if "choices" in option else {}
        short.append({**kept, "type": Type(option["type"]), **choices})
    return short


async def test_discord_is_told_of_every_option_in_order(tmp_path):
    async with open_discord_world(tmp_path) as here:
        commands = here.env.backend.commands[None]

        assert told(commands["compose", 1]) == REGISTERED[:-2]
        assert told(commands["settings", 1]) == [
            option for option in REGISTERED if option["name"] not in {"seed", "chords", "rolls"}
        ]


def test_every_option_is_said_to_an_engine():
    assert {*NETWORK, *READER, *DICE, *STOCHASTIC} == {option.name for option in SHOWN_OPTIONS}


@BY_ENGINE
async def test_what_is_said_to_compose_reaches_the_request_the_row_and_the_export(tmp_path, said):
    async with open_world(tmp_path, said) as here:
        piece = await here.composed(**said)
        rows = await here.app.store.database.read(
            lambda connection: extracts.everything(connection, extracts.BEGINNING)
        )

    request = to_request(piece.options)
    for option in (option for option in SHOWN_OPTIONS if option.name in said):
        value = said[option.name]
        assert getattr(piece.options, option.field) == option.read(value), option.name
        assert rows["generations"][0][option.field] == value, option.name
        if option.name != "model":
            assert getattr(request, option.field) == option.read(value), option.name


@BY_ENGINE
async def test_what_is_said_to_settings_reaches_the_request_and_is_shown(tmp_path, said):
    lasting = [option for option in LASTING if option.name in said]
    async with open_world(tmp_path, said) as here:
        shown = await here.ann.slash(here.channel, "settings", **{option.name: said[option.name] for option in lasting})
        piece = await here.composed()

    lines = shown.response.embeds[0].description.splitlines()
    assert [line.partition(":")[0] for line in lines] == [option.name for option in lasting]
    for option in lasting:
        assert getattr(piece.options, option.field) == option.read(said[option.name]), option.name


@BY_ENGINE
async def test_what_stands_in_the_form_of_a_piece_reaches_the_next_request(tmp_path, said):
    async with open_world(tmp_path, said) as here:
        first = await here.composed(**said)
        form = await here.bob.click(here.message(first), custom_id="cadenza:change:1")
        fields = filled_in(form)
        await here.bob.submit_modal(form, fields)
        second = await here.delivered(2)

    assert second.options == first.options
    assert {option.name for option in SHOWN_OPTIONS if option.own_field} | {"more"} == set(fields)


@NAMED
@pytest.mark.parametrize("language", sentences.LANGUAGES)
async def test_the_form_hands_it_on_in_every_language(option, language):
    say = sentences.load(language)
    before = {"seconds": 60.0, option.field: example(option)}

    assert submitted(handed_in(ChangeForm(1, before, say)), say, before) == before


@NAMED
@pytest.mark.parametrize("language", sentences.LANGUAGES)
def test_it_has_its_words_in_every_language(option, language):
    say = sentences.load(language)

    needed = [f"option.{option.name}.name", f"option.{option.name}.about"]
    needed += [f"change.{option.name}"] if option.own_field else []
    needed += [f"{option.name}.{value}" for value in option.values if option.worded]
    needed += [f"refusal.{option.name}"] if is_spelled(option) else []
    assert [key for key in needed if key not in say] == []


@NAMED
@pytest.mark.parametrize("language", sentences.LANGUAGES)
def test_any_is_understood_where_an_option_may_be_open(option, language):
    say = sentences.load(language)
    if option.may_be_any:
        assert read_text(option, say("option.any").upper(), say) is read_text(option, "any", say) is None
    assert read_wishes({option.name: None}, say) == {}
