"""What is offered while a person types an option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from composer.errors import RequestError
from composer.music.score import PITCH_CLASSES, Key, Mode
from composer.parsing import parse_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.summaries import ModelLine

MOST = 25
"""Choices that Discord shows."""

_AS_TYPED = str.maketrans({"-": " ", "♭": "b", "♯": "#"})
KEYS = tuple(str(Key(tonic, mode)) for mode in (Mode.MAJOR, Mode.MINOR) for tonic in range(PITCH_CLASSES))


def keys(typed: str) -> list[app_commands.Choice[str]]:
    """Keys that begin like what was typed, or are meant by it: `e` offers E and E flat, `Ebm` E flat minor."""
    start = _plain(typed)
    found = [key for key in KEYS if _plain(key).startswith(start)]
    return [app_commands.Choice(name=key, value=key) for key in found or _meant(typed)][:MOST]


def _meant(typed: str) -> list[str]:
    try:
        key = parse_key(typed)
    except RequestError:
        return []
    modes = (key.mode,) if key.mode is Mode.MINOR else (Mode.MAJOR, Mode.MINOR)
    return [str(Key(key.tonic, mode)) for mode in modes]


def _plain(text: str) -> str:
    return text.strip().lower().translate(_AS_TYPED)


def models(lines: Sequence[ModelLine], typed: str, say: Sentences) -> list[app_commands.Choice[str]]:
    """Installed models whose name holds what was typed, with version and rating."""
    wanted = typed.strip().lower()
    found = [line for line in lines if wanted in line.name]
    return [
        app_commands.Choice(
            name=say("models.choice", name=line.name, version=line.version, rating=rating(line, say)), value=line.name
        )
        for line in found[:MOST]
    ]


def rating(line: ModelLine, say: Sentences) -> str:
    """How a model's pieces are rated, in words."""
    if line.score is None or line.ratings == 0:
        return say("models.unrated")
    return say(
        "models.rating",
        score=f"{'+' if line.score > 0 else ''}{say.number(line.score, decimals=1)}",
        count=line.ratings,
    )
