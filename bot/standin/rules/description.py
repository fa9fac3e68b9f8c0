"""Discord's own description of its interface: what it says of a request's body.

Source: https://github.com/discord/discord-api-spec, specs/openapi.json.
"""

from __future__ import annotations

import json
import lzma
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.standin.world import Json

_FILE = Path(__file__).with_name("openapi.json.xz")

_TYPES: dict[str, Callable[[object], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_REFERENCE = "#/components/schemas/"


class ApiDescription:
    """An OpenAPI document, asked about requests."""

    def __init__(self, document: Json) -> None:
        self._schemas: dict[str, Json] = document["components"]["schemas"]
        self._paths = [(_pattern(path), item) for path, item in document["paths"].items()]

    def problems(self, method: str, path: str, body: object) -> list[str]:
        """What a body has against the description; nothing where that says nothing of such a request.

        Args:
            method: In capitals.
            path: Without the interface's own beginning, as `/channels/1/messages`.
            body: What was JSON.
        """
        found = [
            item[method.lower()] for pattern, item in self._paths if method.lower() in item and pattern.fullmatch(path)
        ]
        if not found or "requestBody" not in found[0]:
            return []
        return list(self._against(found[0]["requestBody"]["content"]["application/json"]["schema"], body, "body"))

    def _against(self, schema: Json, value: object, where: str) -> Iterator[str]:
        if "$ref" in schema:
            yield from self._against(self._schemas[schema["$ref"].removeprefix(_REFERENCE)], value, where)
            return
        for part in schema.get("allOf", []):
            yield from self._against(part, value, where)
        if alternatives := schema.get("oneOf") or schema.get("anyOf"):
            # Of several alternatives, the one that fits best says what is wrong.
            yield from min((list(self._against(each, value, where)) for each in alternatives), key=_distance)
        if "type" in schema and not _has_type(schema, value):
            yield f"{where}: {_shown(value)} is not of type {schema['type']}"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{where}: {_shown(value)} is none of {schema['enum']}"
        else:
            yield from self._sizes(schema, value, where)
            yield from self._inside(schema, value, where)

    def _inside(self, schema: Json, value: object, where: str) -> Iterator[str]:
        if isinstance(value, dict):
            for name in schema.get("required", []):
                if name not in value:
                    yield f"{where}.{name}: is missing"
            for name, inner in schema.get("properties", {}).items():
                if name in value:
                    yield from self._against(inner, value[name], f"{where}.{name}")
        elif isinstance(value, list) and "items" in schema:
            for index, each in enumerate(value):
                yield from self._against(schema["items"], each, f"{where}[{index}]")

    @staticmethod
    def _sizes(schema: Json, value: object, where: str) -> Iterator[str]:
        low, high, size = schema.get("minimum"), schema.get("maximum"), value
        if isinstance(value, str):
            low, high, size = schema.get("minLength"), schema.get("maxLength"), len(value)
        elif isinstance(value, list):
            low, high, size = schema.get("minItems"), schema.get("maxItems"), len(value)
        if not isinstance(size, int | float):
            return
        if (low is not None and size < low) or (high is not None and size > high):
            yield f"{where}: {size} is not from {low} to {high}"
        if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{where}: {_shown(value)} does not match {schema['pattern']}"


def _has_type(schema: Json, value: object) -> bool:
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    # Discord takes an id as a number, too, and libraries count on it.
    if schema.get("format") == "snowflake" and _TYPES["integer"](value):
        return True
    return any(_TYPES[each](value) for each in types)


def _distance(problems: list[str]) -> tuple[bool, int]:
    """How far an alternative is from what was meant: another kind of component is farther than any mistake in one."""
    return any(re.search(r"\.type: .* is none of|^\S+: .* is not of type", each) for each in problems), len(problems)


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}", path)
    return re.compile("[^/]+".join(map(re.escape, parts)))


def _shown(value: object) -> str:
    return json.dumps(value)[:60]


@cache
def read_description() -> ApiDescription:
    """The description that lies here; `ATTRIBUTION.md` says whose it is."""
    with lzma.open(_FILE, "rt", encoding="utf-8") as file:
        return ApiDescription(json.load(file))
