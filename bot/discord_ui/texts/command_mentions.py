"""Commands that sentences name, as people click them: `/compose` in backticks becomes `</compose:ID>`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMED = re.compile(r"`/([^`]+)`")
_KEY = re.compile(r"command\.(?P<root>[a-z]+)(?:_(?P<part>[a-z]+))?\.name")


def mentions(english: Mapping[str, object], own: Mapping[str, object], ids: Mapping[str, int]) -> dict[str, str]:
    """What is written for each command to be clicked, by its names in a language.

    Args:
        english: English sentences; Discord knows commands by their English names, and shows the reader's.
        own: Sentences of that language.
        ids: Discord's ids of the commands, by their English names.
    """
    keys = {key: match for key in english if (match := _KEY.fullmatch(key))}
    groups = {match["root"] for match in keys.values() if match["part"]}
    found = {}
    for key, match in keys.items():
        root = f"command.{match['root']}.name"
        # Of a command with parts, only the parts can be clicked.
        if english[root] in ids and (match["part"] or match["root"] not in groups):
            names = [root, key] if match["part"] else [key]
            path = " ".join(str(english[name]) for name in names)
            found[" ".join(str(own[name]) for name in names)] = f"</{path}:{ids[str(english[root])]}>"
    return found


def clickable(sentence: str | Mapping[str, str], written: Mapping[str, str]) -> str | dict[str, str]:
    """A sentence, or all of its forms, with the commands in it to be clicked; unknown ones stay as they are.

    Args:
        sentence: Sentence with its placeholders. Options behind a command stay in backticks: a mention takes none.
        written: What `mentions` says.
    """
    if not isinstance(sentence, str):
        return {form: _clickable(text, written) for form, text in sentence.items()}
    return _clickable(sentence, written)


def _clickable(text: str, written: Mapping[str, str]) -> str:
    def mention(match: re.Match[str]) -> str:
        words = match[1].split(" ")
        for count in range(len(words), 0, -1):
            name, rest = " ".join(words[:count]), " ".join(words[count:])
            if name in written:
                return f"{written[name]} `{rest}`" if rest else written[name]
        return match[0]

    return _NAMED.sub(mention, text)
