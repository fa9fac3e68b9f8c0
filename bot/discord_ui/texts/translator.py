"""Names and descriptions of commands, from the same files as every sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from discord import app_commands

from bot.discord_ui.texts import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import discord

FunctionT = TypeVar("FunctionT", bound="Callable[..., object]")


def said(key: str) -> app_commands.locale_str:
    """The English words of a key, which Discord is told in every language."""
    return app_commands.locale_str(sentences.load("en")(key), key=key)


def options(*names: str) -> Callable[[FunctionT], FunctionT]:
    """Name and describe a command's options, whose parameters are called as in the texts."""

    def named(function: FunctionT) -> FunctionT:
        named = app_commands.rename(**{name: said(f"option.{name}.name") for name in names})(function)
        return app_commands.describe(**{name: said(f"option.{name}.about") for name in names})(named)

    return named


def choices(table: str, values: Iterable[str]) -> list[app_commands.Choice[str]]:
    """A choice for each value, called as in a table of the texts."""
    return [app_commands.Choice(name=said(f"{table}.{value}"), value=value) for value in values]


class Translator(app_commands.Translator):
    """Answers discord.py's questions from the texts."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 - the key says it all
    ) -> str | None:
        """The words in that language; None where we do not speak it, so that Discord shows the English ones."""
        key = string.extras.get("key")
        language = str(locale).partition("-")[0]
        if key is None or language not in sentences.LANGUAGES:
            return None
        return sentences.load(language)(str(key))
