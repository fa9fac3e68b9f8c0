"""Every value of every command has its bounds, which Discord is told, and which hold also where it does not check."""

from __future__ import annotations

from typing import Any

import pytest
from discord import AppCommandOptionType as Type
from discord import AppCommandType

from bot.discord_ui.options.change_form import submitted
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from composer.request import OPTIONS
from tests.bot.discord_ui.discord_world import open_discord_world
from tests.bot.discord_ui.options.test_change_form import form_data

LONG = "C" + " " * 5998 + "x"
MOST = max(option.longest for option in OPTIONS)


def options_of(command, names=()):
    """The options of a command and its subcommands, each with the names that lead to it."""
    names = (*names, command["name"])
    for option in command.get("options", ()):
        if Type(option["type"]) in {Type.subcommand, Type.subcommand_group}:
            yield from options_of(option, names)
        else:
            yield names, option


def forging(here, forged):
    """Let Discord hand over other values than were given, as a client of somebody's own can have it do."""
    emit = here.env.backend.emit

    def forge(event, payload):
        if event == "INTERACTION_CREATE":
            options = payload["data"].get("options", [])
            while options and "options" in options[0]:
                options = options[0]["options"]
            for option in options:
                option["value"] = forged.get(option["name"], option["value"])
        emit(event, payload)

    here.env.backend.emit = forge


async def test_every_text_of_every_command_has_a_length_and_every_number_a_range(tmp_path):
    async with open_discord_world(tmp_path) as here:
        told = [
            found
            for (_, kind), command in here.env.backend.commands[None].items()
            if kind == AppCommandType.chat_input.value
            for found in options_of(command)
        ]

        assert {names[0] for names, _ in told} >= {"compose", "settings", "track", "top", "server", "admin"}
        for names, option in told:
            if Type(option["type"]) is Type.string and "choices" not in option:
                assert 1 <= option["min_length"] <= option["max_length"] <= MOST, names
            if Type(option["type"]) in {Type.integer, Type.number}:
                assert {"min_value", "max_value"} <= option.keys(), names
            if option["name"] == "model":
                assert option["max_length"] == next(known.longest for known in OPTIONS if known.name == "model")


FORGED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("compose", {"key": "C"}, {"key": LONG}, "`key` takes at most 32 characters."),
    ("compose", {"model": "lstm"}, {"model": "x@" + "9" * 5000}, "`model` takes at most 64 characters."),
    ("compose", {"style": "piano"}, {"style": "polka"}, "`style` only takes what Discord offers for it."),
    ("compose", {"length": 60}, {"length": 10**9}, "`length` must be between 5 and 300."),
    ("compose", {"length": 60}, {"length": "long"}, "`length` only takes what Discord offers for it."),
    ("settings", {"key": "C"}, {"key": LONG}, "`key` takes at most 32 characters."),
    ("settings", {"creativity": 0.5}, {"creativity": float("nan")}, "`creativity` must be between 0 and 1."),
    ("top pieces", {"period": "week"}, {"period": "decade"}, "`period` only takes what Discord offers for it."),
    ("track", {"number": 1}, {"number": 2**70}, "`number` must be between 1 and"),
]
"""Commands with what is given, what is handed over in its place, and how the refusal begins."""


async def test_a_forged_value_is_refused_in_one_sentence_before_the_command_sees_it(tmp_path):
    async with open_discord_world(tmp_path) as here:
        forged: dict[str, Any] = {}
        forging(here, forged)
        for name, given, values, said in FORGED:
            forged.clear()
            forged.update(values)

            answer = (await here.ann.slash(here.channel, name, **given)).response

            assert answer.content.startswith(said)
            assert answer.ephemeral
        assert await here.newest() == 0


async def test_nothing_is_suggested_for_a_text_without_end_but_beside_one_as_long_as_may_be(tmp_path):
    async with open_discord_world(tmp_path) as here:
        forged: dict[str, Any] = {}
        forging(here, forged)
        rolls = "7 " * 512

        assert await here.ann.autocomplete(here.channel, "compose", "key", "C", rolls=rolls)
        forged["key"] = LONG
        assert not await here.ann.autocomplete(here.channel, "compose", "key", "C")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"key": LONG}, "`key` takes at most 32 characters."),
        ({"more": "rolls:" + "1 " * 700}, "`rolls` takes at most 1024 characters."),
        ({"more": "rolls:" + "1 " * 3000}, "`Other options` takes at most 1500 characters."),
    ],
)
def test_a_form_is_read_no_further_than_its_fields_are_long(form, said):
    with pytest.raises(RefusalError) as refused:
        submitted(form_data(length="60", **form), sentences.load("en"), {})

    assert refused.value.sentence(sentences.load("en")) == said


MALFORMED = ("", "x", "²", "-3", "1:x", "week:lstm", "decade::0", "1:7", "9" * 80)
"""What stands after the action in custom ids that nobody could have from here."""


async def test_a_malformed_custom_id_is_refused_in_one_sentence(tmp_path):
    async with open_discord_world(tmp_path) as here:
        client = here.env.bot
        handlers = [*client.presses.values(), *client.forms.values()]
        handlers.remove(client.presses["forget"])  # which takes no argument
        understood = {(client.presses[action], "1:7") for action in ("family", "score")}  # a page of a piece

        for handler in handlers:
            for argument in MALFORMED:
                if (handler, argument) in understood:
                    continue
                with pytest.raises(RefusalError) as refused:
                    await handler(None, argument)
                assert refused.value.key == "trouble.expired"
