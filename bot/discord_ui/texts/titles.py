"""Titles of pieces in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.key_names import parse_key, spell_key
from composer.titles import form_id, split_title

if TYPE_CHECKING:
    from bot.discord_ui.texts.sentences import Sentences


def word_title(title: str | None, say: Sentences) -> str:
    """A title for the readers of a language: "Nocturne in E flat major" becomes "Nocturne in Es-Dur".

    Args:
        title: The English title, as files and rows have it; None before there is one.
        say: The reader's language.

    Returns:
        The title in that language; as it is where the form has no word in it.
    """
    parts = split_title(title or "")
    form, key = parts or (title or "", None)
    name, count = form_id(form)
    if f"title.form.{name}" not in say:
        return title or ""
    worded = say(f"title.form.{name}", count=count)
    if key is None:
        return worded
    return say("title.words", form=worded, spelled_key=spell_key(key, say.language))


def word_key(key: str | None, say: Sentences) -> str:
    """A key for the readers of a language: "E flat major" becomes "Es-Dur"; empty where there is none."""
    return spell_key(parse_key(key), say.language) if key else ""
