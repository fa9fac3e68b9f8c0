"""What no client of Discord's sends is refused in a sentence: no traceback, and nothing is stored."""

from __future__ import annotations

import logging
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from bot.discord_ui.options.change_form import PREFIX
from bot.discord_ui.refusal_texts import refusal_error
from bot.discord_ui.texts import sentences
from bot.errors import UnlearnedStyle
from bot.standin.rest import posting
from bot.standin.world import ALL_PERMISSIONS, Message
from tests.bot.whole_bot import open_whole_bot

if TYPE_CHECKING:
    from pathlib import Path

    from bot.standin.world import Interaction
    from tests.bot.whole_bot import WholeBot

STRING, INTEGER, BOOLEAN, NUMBER = 3, 4, 5, 10

HUGE = "9" * 5000
FORGED = ["", "polka", HUGE, "`" * 2001, -1, 2**70, 0.5, 1e300, True, None, [], ["x"], {}]
"""Values of every kind that JSON has; what an option takes is left out of the walk."""

FIELDS = ("length", "style", "instrument", "key", "more")

ARGUMENTS = [
    *(
        "",
        "x",
        "-1",
        "1.5",
        " 1",
        "1 ",
        "\u0661",
        HUGE[:80],
        "1:",
        ":",
        ":x",
        ":-1",
        "::",
        "1:x",
        "1:9",
        "1:-2",
    ),
    *("1:1:x", "1:1:menu:", "all", "all::x", "century::0", "year::-1", f"all:lstm:{HUGE[:80]}", "1\u2028", "null"),
]
"""Arguments that no button or form has, cut where a custom id ends. One button takes none: it deletes what its
presser has, whatever stands there."""


def commands(here: WholeBot) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Every command that is registered, with the way down to it."""
    found = []
    for command in here.discord.state.commands[None]:
        if command["type"] == 1:
            inner = [option for option in command["options"] if option["type"] in {1, 2}]
            found += [(command, [option]) for option in inner] or [(command, [])]
    return found


def data_of(command, way, options) -> dict[str, Any]:
    for part in reversed(way):
        options = [{"type": part["type"], "name": part["name"], "options": options}]
    return {"id": command["id"], "name": command["name"], "type": 1, "options": options}


def takes(option: dict[str, Any], value: Any) -> bool:
    """Whether an option may have a value, as far as it is one of those above."""
    choices = [choice["value"] for choice in option.get("choices", [])]
    if choices:
        return bool(value in choices)
    if option["type"] == BOOLEAN:
        return isinstance(value, bool)
    if option["type"] == STRING:
        return bool(value == "polka")
    whole = type(value) is int or (option["type"] == NUMBER and type(value) is float)
    if option["type"] not in {INTEGER, NUMBER} or not whole:
        return False
    return bool(option["min_value"] <= value <= option["max_value"])


def valid(option: dict[str, Any]) -> Any:
    if option["type"] == STRING:
        return option["choices"][0]["value"] if "choices" in option else "tiny"
    return option.get("min_value", 1)


def told(interaction: Interaction) -> str:
    """The one sentence that a person was answered with alone."""
    message = (interaction.followups or [interaction.message])[-1]
    assert message.seen_by is interaction.user, interaction.data
    assert len(message.content) <= 400
    return message.content


def stored(here: WholeBot) -> list[Any]:
    # The bot notes its servers by itself, soon after its start.
    tables = ("generation", "setting where name <> 'servers'", "vote", "rating", "post", "training_run", "audit")
    return [here.rows(f"select * from {table}") for table in tables]  # noqa: S608 - names of tables


def failures(here: WholeBot, caplog: pytest.LogCaptureFixture) -> list[object]:
    """What was logged as an error, or with a traceback."""
    own = [event for event in here.said if event.get("exc_info") or event["event"] == "an interaction failed"]
    return [*own, *(record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR)]


@pytest.mark.parametrize("kind", [2, 4], ids=["sent", "typed"])
async def test_every_option_of_every_command_refuses_what_it_does_not_offer(tmp_path: Path, caplog, kind):
    async with open_whole_bot(tmp_path) as here:
        here.discord.join(here.guild, here.anna, ALL_PERMISSIONS)
        before, answers = stored(here), []
        for command, way in commands(here):
            options = (way[-1] if way else command).get("options", [])
            needed = {option["name"]: option for option in options if option.get("required")}
            for option in options:
                for value in (value for value in FORGED if not takes(option, value)):
                    forged = {"type": option["type"], "name": option["name"], "value": value}
                    others = [
                        {"type": other["type"], "name": name, "value": valid(other)}
                        for name, other in needed.items()
                        if name != option["name"]
                    ]
                    data = data_of(command, way, [*others, forged | ({"focused": True} if kind == 4 else {})])
                    sent = await here.discord.forge(kind, data, user=here.anna, channel=here.channel)
                    if kind == 2:
                        answers.append((option["name"], value, told(sent)))
        await here.settled()

        assert failures(here, caplog) == []
        assert stored(here) == before
        assert [answer for answer in answers if "ref " in answer[2]] == []


async def test_every_value_of_another_type_than_the_option_is_refused(tmp_path: Path, caplog):
    async with open_whole_bot(tmp_path) as here:
        before = stored(here)
        for command, way in commands(here):
            for option in (way[-1] if way else command).get("options", []):
                for kind in {1, 3, 4, 5, 6, 7, 8, 9, 10, 11} - {option["type"]}:
                    forged = {"type": kind, "name": option["name"], "value": "1"}
                    data = data_of(command, way, [forged])
                    assert told(await here.discord.forge(2, data, user=here.anna, channel=here.channel))
        await here.settled()

        assert failures(here, caplog) == []
        assert stored(here) == before


async def test_every_button_and_form_refuses_arguments_that_it_never_had(tmp_path: Path, caplog):
    async with open_whole_bot(tmp_path) as here:
        before, client = stored(here), here.client
        for action in [*(action for action in client.presses if action != "forget"), "unheard", "changed"]:
            for argument in ARGUMENTS:
                custom_id = f"cadenza:{action}:{argument}"[:100]
                sent = await pressed(here, custom_id)
                assert told(sent), custom_id
        for argument in ARGUMENTS:
            data = {"custom_id": f"{PREFIX}{argument}"[:100], "components": []}
            assert told(await here.discord.forge(5, data, user=here.anna, channel=here.channel))
        await here.settled()

        assert failures(here, caplog) == []
        assert stored(here) == before


async def pressed(here: WholeBot, custom_id: str) -> Interaction:
    """A press of a button that was never made."""
    button = {"type": 2, "id": 2, "style": 2, "label": "x", "custom_id": custom_id}
    message = Message(here.channel, here.discord.state.bot, components=[{"type": 1, "id": 1, "components": [button]}])
    await posting.publish(here.discord.state, message)
    data = {"component_type": 2, "custom_id": custom_id, "id": 2}
    return await here.discord.forge(3, data, user=here.anna, channel=here.channel, source=message)


async def test_every_field_of_a_form_refuses_what_cannot_be_typed_or_chosen(tmp_path: Path, caplog):
    async with open_whole_bot(tmp_path) as here:
        await here.compose()
        message = await here.delivered()
        await here.hears("delivered")
        before = stored(here)
        for name, kind, value in product(FIELDS, ("value", "values"), (HUGE, "polka", 5, {"x": 1}, ["polka"], [5])):
            fields: dict[str, dict[str, Any]] = {"length": {"value": "5"}, name: {kind: value}}
            inner = [{"custom_id": each, "type": 4, **field} for each, field in fields.items()]
            data = {"custom_id": f"{PREFIX}1", "components": [{"type": 18, "component": each} for each in inner]}
            assert told(await here.discord.forge(5, data, user=here.anna, channel=here.channel, source=message))
        await here.settled()

        assert failures(here, caplog) == []
        assert stored(here) == before


def test_a_style_that_is_none_makes_no_error_of_its_refusal():
    for language in sentences.LANGUAGES:
        assert "polka" in refusal_error(UnlearnedStyle("lstm", "polka")).sentence(sentences.load(language))
