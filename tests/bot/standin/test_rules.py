"""What the stand-in for Discord refuses, as Discord does."""

from __future__ import annotations

from typing import Any

import pytest

from bot.standin.rules.commands import check_commands, check_value
from bot.standin.rules.forms import check_modal
from bot.standin.rules.messages import check_message
from bot.standin.rules.refusals import RefusedError

BUTTON = {"type": 2, "style": 2, "label": "Another", "custom_id": "another:1"}
TEXT = {"type": 10, "content": "Nocturne"}
FIELD = {"type": 4, "custom_id": "key", "style": 1, "label": "Key"}
COMMAND = {"name": "compose", "description": "Write a piece"}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def second(*components: dict[str, Any]) -> dict[str, Any]:
    """A message whose components are of the second version."""
    return {"components": list(components), "flags": 1 << 15}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"content": "x" * 2001}, "content: 2001 characters"),
        ({"content": "x", "colour": 1}, r"message\.colour: no such field"),
        ({"embeds": [{"title": "x" * 257}]}, "embed.title: 257"),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 4000}]}, "8000 characters in all"),
        ({"embeds": [{"fields": [{"name": "Key", "value": ""}]}]}, "embed.field.value: 0 characters"),
        ({"embeds": [{"image": {"url": "attachment://roll.png"}}], "attachments": []}, "no file called roll.png"),
        ({"embeds": [{"image": {"url": "roll.png"}}]}, "scheme of"),
        ({"components": [row(*([BUTTON] * 6))]}, "row: it holds 1 to 5"),
        ({"components": [row(BUTTON, BUTTON)]}, "'another:1' twice"),
        ({"components": [row({**BUTTON, "custom_id": "x" * 101})]}, "button.custom_id: 101"),
        ({"components": [row({**BUTTON, "label": "x" * 81})]}, "button.label: 81"),
        ({"components": [row({**BUTTON, "label": ""})]}, "neither label nor emoji"),
        ({"components": [row({"type": 3, "custom_id": "s", "options": []})]}, "options: 0"),
        ({"components": [BUTTON]}, "outside a row"),
        ({"components": [{"type": 10, "content": "text"}]}, "type 10 not here"),
        ({"content": "x", "attachments": [{"id": 1}]}, "no file 1 was uploaded"),
        ({"content": "x", "flags": 1 << 15, "components": []}, "not with components of the second version"),
        (second(*[TEXT] * 41), "components: 41, at most 40"),
        (second({**TEXT, "content": "x" * 2001}, {**TEXT, "content": "x" * 2000}), "4001 characters of text"),
        (second(BUTTON), "type 2 not outside"),
        (second({"type": 17, "components": []}), r"container: it holds \[\]"),
        (second({"type": 17, "components": [{"type": 17, "components": [TEXT]}]}), r"container: it holds \[17\]"),
        (second({"type": 9, "components": [TEXT]}), "section: its accessory"),
        (second({"type": 9, "components": [TEXT] * 4, "accessory": BUTTON}), "section: it holds"),
        (second({"type": 9, "components": [TEXT], "accessory": {**BUTTON, "label": ""}}), "neither label nor emoji"),
    ],
)
def test_a_message_against_the_rules_is_refused(message, reason):
    with pytest.raises(RefusedError, match=reason):
        check_message(message, {})


def test_an_uploaded_file_that_is_not_listed_is_refused():
    with pytest.raises(RefusedError, match=r"files\[1\]: not listed"):
        check_message({"attachments": [{"id": 0}]}, {0: "piece.mp3", 1: "piece.mid"})


def test_an_empty_message_is_refused_and_an_empty_change_is_not():
    check_message({}, {}, editing=True)

    with pytest.raises(RefusedError) as refused:
        check_message({"content": ""}, {})

    assert refused.value.code == 50006


def test_a_message_within_the_rules_is_taken():
    check_message(
        {
            "content": "x" * 2000,
            "embeds": [{"title": "Nocturne", "image": {"url": "attachment://roll.png"}}],
            "attachments": [{"id": 0}, {"id": 123456789012345678}],
            "components": [row(BUTTON), row({"type": 3, "custom_id": "s", "options": [{"label": "A", "value": "a"}]})],
        },
        {0: "roll.png"},
    )


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"name": "Compose", "description": "d"}, "'Compose' is no name"),
        ({"name": "compose", "description": "x" * 101}, "description: 101"),
        ({**COMMAND, "options": [{"type": 3, "name": "a", "description": "d"}] * 26}, "26 options"),
        (
            {
                **COMMAND,
                "options": [
                    {"type": 3, "name": "a", "description": "d"},
                    {"type": 3, "name": "b", "description": "d", "required": True},
                ],
            },
            "a required option stands after",
        ),
        ({**COMMAND, "name_localizations": {"de-DE": "komponieren"}}, "de-DE: no such field"),
        (
            {
                **COMMAND,
                "options": [{"type": 3, "name": "a", "description": "d", "choices": [{"name": "", "value": ""}]}],
            },
            "choice: 0 characters",
        ),
        ({"name": "Vote on this piece", "type": 3, "description": "d"}, "neither description nor options"),
    ],
)
def test_a_command_against_the_rules_is_refused(command, reason):
    with pytest.raises(RefusedError, match=reason):
        check_commands([command])


def test_a_command_registered_twice_is_refused():
    with pytest.raises(RefusedError, match="registered twice"):
        check_commands([COMMAND, COMMAND])


def asking(field: dict[str, Any]) -> dict[str, Any]:
    """A form with that field under a label."""
    label = {"type": 18, "label": "l", "component": {"custom_id": "f", **field}}
    return {"custom_id": "c", "title": "t", "components": [label]}


@pytest.mark.parametrize(
    ("modal", "reason"),
    [
        ({"custom_id": "c", "title": "x" * 46, "components": [row(FIELD)]}, "modal.title: 46"),
        ({"custom_id": "c", "title": "t", "components": [row(FIELD)] * 6}, "modal: 6 components"),
        (
            {"custom_id": "c", "title": "t", "components": [row({**FIELD, "value": "x" * 5, "max_length": 4})]},
            "value: 5",
        ),
        ({"custom_id": "c", "title": "t", "components": [{"type": 18, "label": "", "component": FIELD}]}, "label: 0"),
        (asking({"type": 21, "options": [{"label": "one", "value": "1"}]}), "options: 1, from 2 to 10"),
        (
            asking({"type": 21, "options": [{"label": each, "value": each, "default": True} for each in "ab"]}),
            "more than one option is the default",
        ),
        (asking({"type": 19, "max_values": 11}), "from None to 11 values"),
        (
            {"custom_id": "c", "title": "t", "components": [row({"type": 23, "custom_id": "x"})]},
            "holds what belongs into a label",
        ),
    ],
)
def test_a_modal_against_the_rules_is_refused(modal, reason):
    with pytest.raises(RefusedError, match=reason):
        check_modal(modal)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ({"type": 4, "name": "length", "min_value": 5, "max_value": 300}, 301),
        ({"type": 4, "name": "length"}, "60"),
        ({"type": 4, "name": "length"}, True),
        ({"type": 3, "name": "instrument", "choices": [{"name": "Harp", "value": "harp"}]}, "lute"),
        ({"type": 3, "name": "key", "max_length": 3}, "C sharp"),
    ],
)
def test_a_value_that_cannot_be_typed_is_refused(option, value):
    with pytest.raises(RefusedError):
        check_value(option, value)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"min_value": 5}, "at least 5"),
        ({"max_value": 3}, "at most 3"),
        ({"min_value": 5, "max_value": 300}, "5 to 300"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_range(limits: dict[str, int], said: str):
    with pytest.raises(RefusedError, match=f"length: 4 is out of range, {said}"):
        check_value({"name": "length", "type": 4, **limits}, 4)
