"""What an engine says of a piece, in the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.discord_ui.texts.titles import word_key
from composer.titles import form_id

if TYPE_CHECKING:
    from bot.discord_ui.texts.sentences import Sentences

_DICE = re.compile(r"(?P<credit>.+)\. Dice: (?P<thrown>.+)")
_DREAM = re.compile(r"Dreams sound, not music\. (?P<how>.+)")
_KEY = re.compile(r"(?P<letter>[A-Ga-g])(?P<sign>[b#]?): ")
_SIGNS = {"": "", "b": " flat", "#": " sharp"}
_DANCE = re.compile(r"[a-z]+")


def word_remark(remark: str | None, say: Sentences) -> str | None:
    """A remark for the readers of a language: "Dice: waltz 7 3 11" becomes "Würfel: Walzer 7 3 11".

    Args:
        remark: As files and rows have it; None or empty where the engine says nothing.
        say: The reader's language.

    Returns:
        The remark in that language; as it is where it is in signs of every language, or has no words in this one.
    """
    dreamed = _DREAM.fullmatch(remark or "")
    if dreamed is not None:
        return say("remark.dream", how=dreamed["how"])
    told = _DICE.fullmatch(remark or "")
    return remark if told is None else _word_dice(remark, told, say)


def word_chords(line: str, say: Sentences) -> str:
    """Chords for the readers of a language: "b: i | iv" becomes "h-Moll: i | iv", since a German b is a B flat.

    Args:
        line: As `composer.sheet_music.chord_line` writes it.
        say: The reader's language.
    """

    def key(found: re.Match[str]) -> str:
        mode = "major" if found["letter"].isupper() else "minor"
        name = f"{found['letter'].upper()}{_SIGNS[found['sign']]} {mode}"
        return f"{word_key(name, say)}: "

    return _KEY.sub(key, line)


def _word_dice(remark: str | None, told: re.Match[str], say: Sentences) -> str | None:
    credit = f"remark.credit.{form_id(told['credit'])[0]}"
    dances = {name: f"remark.dance.{name}" for name in _DANCE.findall(told["thrown"])}
    if any(key not in say for key in (credit, *dances.values())):
        return remark
    thrown = _DANCE.sub(lambda name: say(dances[name[0]]), told["thrown"])
    return say("remark.dice", credit=say(credit), thrown=thrown)
