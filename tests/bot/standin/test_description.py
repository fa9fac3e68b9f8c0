"""What Discord's own description says of a request."""

from __future__ import annotations

from typing import Any

import pytest

from bot.standin.rules.description import ApiDescription, read_description

ID = {"type": "string", "format": "snowflake"}
BUTTON = {"type": "object", "required": ["type", "custom_id"], "properties": {"type": {"type": "integer", "enum": [2]}}}
TEXT = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"type": "integer", "enum": [10]}, "content": {"type": "string", "minLength": 1}},
}
MESSAGE = {
    "type": "object",
    "properties": {
        "content": {"type": ["string", "null"], "maxLength": 5},
        "reply_to": ID,
        "components": {
            "type": "array",
            "maxItems": 2,
            "items": {"oneOf": [{"$ref": "#/components/schemas/Button"}, TEXT]},
        },
    },
}
DOCUMENT = {
    "components": {"schemas": {"Button": BUTTON}},
    "paths": {
        "/channels/{channel_id}/messages": {
            "post": {"requestBody": {"content": {"application/json": {"schema": MESSAGE}}}},
            "get": {},
        }
    },
}


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"content": "short", "reply_to": "1"}, []),
        ({"content": None, "reply_to": 1}, []),
        ({"content": "longer"}, ["body.content: 6 is not from None to 5"]),
        ({"content": 1}, ["body.content: 1 is not of type ['string', 'null']"]),
        ({"components": [{"type": 2}]}, ["body.components[0].custom_id: is missing"]),
        ({"components": [{"type": 10, "content": ""}]}, ["body.components[0].content: 0 is not from 1 to None"]),
        ({"components": [{"type": 10}] * 3}, ["body.components: 3 is not from None to 2"]),
    ],
)
def test_a_body_is_compared_with_its_description(body: dict[str, Any], problems: list[str]):
    assert ApiDescription(DOCUMENT).problems("POST", "/channels/1/messages", body) == problems


@pytest.mark.parametrize(("method", "path"), [("GET", "/channels/1/messages"), ("POST", "/channels/1/typing")])
def test_nothing_is_said_of_what_is_not_described(method: str, path: str):
    assert ApiDescription(DOCUMENT).problems(method, path, {"content": "longer"}) == []


def test_discord_s_own_description_comes_with_the_project():
    message = {"content": "x" * 5000}

    assert read_description().problems("POST", "/channels/1/messages", message) == [
        "body.content: 5000 is not from None to 4000"
    ]
