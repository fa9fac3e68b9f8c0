"""What is offered while a person types an option."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from discord import app_commands

from bot.discord_ui.formatting import format_votes
from bot.discord_ui.options.values import is_spelled
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.titles import word_title
from composer.errors import RequestError
from composer.key_names import without_marks
from composer.music.score import Key, Mode
from composer.options import ANY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    import discord

    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.summaries import ModelLine, NamedPiece
    from composer.options import Option

    Suggest = Callable[[discord.Interaction[Cadenza], str], Awaitable[list[app_commands.Choice[str]]]]

MOST = 25
"""Choices that Discord shows."""

ModelText: TypeAlias = app_commands.Range[str, 1, 64]
"""The type of a parameter that takes the name of a model; the option of that name takes as much."""

LONGEST = 100
"""Characters that a choice may have."""

_AS_TYPED = str.maketrans({"-": " ", "♭": "b", "♯": "#"})


def suggestions_for(option: Option) -> Suggest | None:
    """The callback that offers values of an option; None where nothing is suggested."""

    async def suggest(interaction: discord.Interaction[Cadenza], typed: str) -> list[app_commands.Choice[str]]:
        return values(option, typed, sentences.sentences(interaction.locale))

    if option.field == "model":
        return _suggest_models_and_pairs
    return suggest if is_spelled(option) else None


async def suggest_models(interaction: discord.Interaction[Cadenza], typed: str) -> list[app_commands.Choice[str]]:
    """Offer installed models, with the votes for their pieces."""
    lines = await interaction.client.app.catalogue.lines()
    return models(lines, typed, sentences.sentences(interaction.locale))


async def _suggest_models_and_pairs(
    interaction: discord.Interaction[Cadenza], typed: str
) -> list[app_commands.Choice[str]]:
    """Offer the names as well that stand for a model and networks that play what it writes, with the model's votes."""
    catalogue = interaction.client.app.catalogue
    lines = {line.name: line for line in await catalogue.lines()}
    pairs = [replace(lines[model], name=name) for name, model in catalogue.pairs().items()]
    return models(
        sorted([*lines.values(), *pairs], key=lambda line: line.name), typed, sentences.sentences(interaction.locale)
    )


def values(option: Option, typed: str, say: Sentences) -> list[app_commands.Choice[str]]:
    """Values that begin like what was typed, or are meant by it: `e` offers E and E flat, `Ebm` E flat minor."""
    start = _plain(typed)
    spelled = option.values_in(say.language)
    found = [value for value in spelled if _plain(value).startswith(start)] or _meant(option, typed, say)
    offered = [app_commands.Choice(name=value, value=value) for value in found]
    if option.may_be_any and say("option.any").startswith(start):
        offered.append(app_commands.Choice(name=say("option.any"), value=ANY))
    return offered[:MOST]


def _meant(option: Option, typed: str, say: Sentences) -> list[str]:
    try:
        value = option.value_of(typed, say.language)
    except RequestError:
        return []
    # Who types a tonic alone may mean either mode.
    either = isinstance(value, Key) and value.mode is Mode.MAJOR
    meant = [Key(value.tonic, mode) for mode in Mode] if either else [value]
    return [option.spelled(str(one), say.language) for one in meant]


def _plain(text: str) -> str:
    return without_marks(text).strip().lower().translate(_AS_TYPED)


def pieces(found: Iterable[NamedPiece], typed: str, say: Sentences) -> list[app_commands.Choice[int]]:
    """Pieces whose number begins so, or whose title has all that was typed, in English or in the reader's words."""
    words = _plain(typed).replace("#", " ").split()
    offered: list[app_commands.Choice[int]] = []
    for piece in found:
        title, text = _as_searched(piece.title, say.language)
        if all(word in text or str(piece.number).startswith(word) for word in words):
            offered.append(app_commands.Choice(name=f"#{piece.number} {title}".rstrip()[:LONGEST], value=piece.number))
            if len(offered) == MOST:
                break
    return offered


@lru_cache(maxsize=4096)
def _as_searched(title: str, language: str) -> tuple[str, str]:
    """A title in the reader's words, and the text in which typed words are looked for. Most pieces share theirs."""
    worded = word_title(title, sentences.load(language))
    return worded, _plain(f"{worded} {title}")


def models(lines: Sequence[ModelLine], typed: str, say: Sentences) -> list[app_commands.Choice[str]]:
    """Installed models whose name holds what was typed, those first that begin so, with the votes for their pieces."""
    wanted = typed.strip().lower()
    found = sorted((line for line in lines if wanted in line.name), key=lambda line: not line.name.startswith(wanted))
    return [
        app_commands.Choice(
            name=say("models.choice", name=line.name, votes=format_votes(line.tally, say)), value=line.name
        )
        for line in found[:MOST]
    ]
