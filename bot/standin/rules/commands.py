"""What Discord refuses in commands, and in a person's options.

Source: https://docs.discord.com/developers/interactions/application-commands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.standin.rules.messages import length, unknown
from bot.standin.rules.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.standin.world import Json

LOCALES = {
    *("id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR"),
    *("ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko"),
}
GROUPS = (1, 2)
"""Types of option that are a command of a command, and a group of those."""

_TYPES: dict[int, tuple[type, ...]] = {3: (str,), 4: (int,), 5: (bool,), 10: (int, float)}

_NAME = re.compile(r"[-_'\w]{1,32}")
_COMMAND_FIELDS = {
    *("name", "name_localizations", "description", "description_localizations", "options", "type", "nsfw", "id"),
    *("default_member_permissions", "dm_permission", "contexts", "integration_types", "handler"),
}
_OPTION_FIELDS = {
    *("type", "name", "name_localizations", "description", "description_localizations", "required", "choices"),
    *("options", "channel_types", "min_value", "max_value", "min_length", "max_length", "autocomplete"),
}


def check_commands(commands: list[Json]) -> None:
    """Refuse commands that Discord would.

    Raises:
        RefusedError: With all that is wrong.
    """
    problems = [problem for command in commands for problem in _command(command)]
    names = [(command.get("type", 1), command["name"]) for command in commands]
    problems += [f"{name}: registered twice" for name in sorted(set(names)) if names.count(name) > 1]
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        if sum(known == kind for known, _ in names) > most:
            problems.append(f"more than {most} commands of type {kind}")
    if problems:
        raise RefusedError(50035, problems)


def _command(command: Json) -> Iterator[str]:
    name = command.get("name", "")
    yield from unknown(name, command, _COMMAND_FIELDS)
    if command.get("type", 1) == 1:
        yield from _named(name, command)
        yield from _options(name, command.get("options") or [])
        if (letters := _letters(command)) > 8000:
            yield f"{name}: {letters} characters in all, at most 8000"
    else:
        yield from length(f"name of {name}", name, 32, 1)
        if command.get("description") or command.get("options"):
            yield f"{name}: a menu has neither description nor options"


def _named(where: str, part: Json) -> Iterator[str]:
    for name in (part.get("name", ""), *(part.get("name_localizations") or {}).values()):
        if not _NAME.fullmatch(name) or name != name.lower():
            yield f"{where}: {name!r} is no name"
    for text in (part.get("description"), *(part.get("description_localizations") or {}).values()):
        yield from length(f"{where}.description", text, 100, 1)
    for key in ("name_localizations", "description_localizations"):
        yield from unknown(f"{where}.{key}", part.get(key) or {}, LOCALES)


def _options(where: str, choices: list[Json]) -> Iterator[str]:
    if len(choices) > 25:
        yield f"{where}: {len(choices)} options, at most 25"
    needed = [bool(each.get("required")) for each in choices]
    if needed != sorted(needed, reverse=True):
        yield f"{where}: a required option stands after one that is not"
    for each in choices:
        name = f"{where} {each.get('name', '')}"
        yield from unknown(name, each, _OPTION_FIELDS)
        yield from _named(name, each)
        yield from _choices(name, each)
        yield from _options(name, each.get("options") or [])


def _choices(where: str, option: Json) -> Iterator[str]:
    choices = option.get("choices") or []
    if len(choices) > 25 or (choices and option.get("autocomplete")):
        yield f"{where}: {len(choices)} choices, at most 25 and none beside autocomplete"
    for choice in choices:
        yield from check_choice(where, choice)


def check_choice(where: str, choice: Json) -> Iterator[str]:
    """Say what is wrong with one choice of an option or of autocomplete."""
    for name in (choice.get("name"), *(choice.get("name_localizations") or {}).values()):
        yield from length(f"{where}: choice", name, 100, 1)
    if isinstance(choice.get("value"), str):
        yield from length(f"{where}: value", choice["value"], 100)


def _letters(part: Json) -> int:
    own = max(_longest(part, key) for key in ("name", "name_localizations"))
    own += max(_longest(part, key) for key in ("description", "description_localizations"))
    own += sum(len(each["name"]) + len(str(each["value"])) for each in part.get("choices") or [])
    return own + sum(_letters(each) for each in part.get("options") or [])


def _longest(part: Json, key: str) -> int:
    text = part.get(key) or ""
    return max((len(each) for each in text.values()), default=0) if isinstance(text, dict) else len(text)


def check_value(option: Json, value: object) -> None:
    """Refuse what a person cannot type into an option.

    Raises:
        RefusedError: Naming the option.
    """
    name, kind = option["name"], option["type"]
    right = _TYPES.get(kind, (object,))
    if not isinstance(value, right) or (isinstance(value, bool) and kind != 5):
        raise RefusedError(50035, [f"{name}: {value!r} is of another type"])
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise RefusedError(50035, [f"{name}: {value!r} is none of its choices"])
    low, high = ("min_length", "max_length") if kind == 3 else ("min_value", "max_value")
    size = len(value) if isinstance(value, str) else value
    if isinstance(size, int | float) and not option.get(low, size) <= size <= option.get(high, size):
        raise RefusedError(50035, [f"{name}: {value!r} is out of range, {_range(option.get(low), option.get(high))}"])


def _range(low: float | None, high: float | None) -> str:
    """As in "5 to 300"; at least one end is there."""
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"
