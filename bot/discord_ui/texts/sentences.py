"""What people read, in their own language: one file for each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bot.discord_ui.texts import command_mentions

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "de", "fr", "es")
"""English is what everybody else reads, and what the others are held against."""

FOLDER = Path(__file__).parent

_TEENS = range(11, 14)
_FORMS = {1: "one", 2: "two", 3: "few"}

Sentence: TypeAlias = "str | Mapping[str, str]"
"""One sentence, or its forms by the number in it: `one`, `other`."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of one language.

    Attributes:
        language: Two letters.
        sentences: Sentences by key, such as `stage.queued`.
    """

    language: str
    sentences: Mapping[str, Sentence]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of that key, with its placeholders filled.

        Where a sentence has forms, `count` chooses among them.

        Raises:
            KeyError: If there is no such sentence, or a value for it is missing.
        """
        sentence = self.sentences[key]
        if not isinstance(sentence, str):
            sentence = sentence["one" if values["count"] == 1 else "other"]
        return sentence.format_map(values)

    def __contains__(self, key: str) -> bool:
        """Whether there is a sentence of that key."""
        return key in self.sentences

    def place(self, number: int) -> str:
        """A place in a line: 2nd."""
        forms = self.sentences["place"]
        assert not isinstance(forms, str)
        form = "other" if number % 100 in _TEENS else _FORMS.get(number % 10, "other")
        return forms.get(form, forms["other"]).format(count=number)

    def number(self, value: float, *, decimals: int = 2) -> str:
        """A number with its decimal mark, without idle zeros."""
        text = f"{value:.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text if self.language == "en" else text.replace(".", ",")

    def span(self, seconds: float) -> str:
        """About how long something takes: 12 s, 3 min."""
        whole = max(1, round(seconds))
        long = whole >= 2 * _MINUTE
        return self("span.minutes", count=round(whole / _MINUTE)) if long else self("span.seconds", count=whole)


_MINUTE = 60


@cache
def load(language: str) -> Sentences:
    """The sentences of one of `LANGUAGES`."""
    tables = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return Sentences(language, dict(_flattened(tables)))


def sentences(locale: object) -> Sentences:
    """The sentences for a locale such as `de` or `es-419`; English where there is none.

    The commands that they name can be clicked, once Discord's ids of them are known.
    """
    language = str(locale).partition("-")[0].lower()
    return _readable(language if language in LANGUAGES else LANGUAGES[0])


_command_ids: dict[str, int] = {}


def know_commands(ids: Mapping[str, int]) -> None:
    """Note Discord's ids of the commands by their English names, for all that this process says from now on."""
    _command_ids.clear()
    _command_ids.update(ids)
    _readable.cache_clear()


@cache
def _readable(language: str) -> Sentences:
    plain, english = load(language), load(LANGUAGES[0])
    written = command_mentions.mentions(english.sentences, plain.sentences, _command_ids)
    readable = {key: command_mentions.clickable(sentence, written) for key, sentence in plain.sentences.items()}
    return Sentences(language, readable)


def _flattened(tables: Mapping[str, object], prefix: str = "") -> list[tuple[str, Sentence]]:
    found: list[tuple[str, Sentence]] = []
    for name, value in tables.items():
        key = f"{prefix}{name}"
        if isinstance(value, str) or (isinstance(value, dict) and "other" in value):
            found.append((key, value))
        elif isinstance(value, dict):
            found.extend(_flattened(value, f"{key}."))
    return found
