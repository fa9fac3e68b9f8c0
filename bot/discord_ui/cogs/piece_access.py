"""Which pieces a person may see, and finds while typing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.discord_ui import autocomplete
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.domain.generation import GenerationState

if TYPE_CHECKING:
    import discord
    from discord import app_commands

    from bot.discord_ui.client import Cadenza
    from bot.domain.generation import Generation

_NUMBER = re.compile(r"[0-9]{1,16}")


async def known_pieces(
    interaction: discord.Interaction[Cadenza], typed: str, *, guild_id: int | None
) -> list[app_commands.Choice[int]]:
    """What is proposed for a piece's number: one's own pieces and those of a server, by number and title."""
    typed = typed[: autocomplete.LONGEST]
    digits = typed.strip().removeprefix("#")
    digits = digits if _NUMBER.fullmatch(digits) else ""
    found = await interaction.client.app.store.search.known(interaction.user.id, guild_id, digits)
    return autocomplete.pieces(found, typed, sentences.sentences(interaction.locale))


async def piece_for(interaction: discord.Interaction[Cadenza], number: int, *, even_blind: bool = False) -> Generation:
    """The piece of that number, if it is there and this person may see it.

    Composers see all of theirs; others what was composed for everybody on the same server, or was posted there again.

    Args:
        interaction: What asks for it.
        number: Number of the piece.
        even_blind: Whether it may be one in a battle of which that person must not yet know who composed it.

    Raises:
        RefusalError: If not; it does not tell which.
    """
    generation = await interaction.client.app.store.generations.get(number)
    if generation is None or generation.state is GenerationState.DELETED:
        raise RefusalError("refusal.number", number=number)
    if not await is_visible(generation, interaction):
        raise RefusalError("refusal.number", number=number)
    if not even_blind:
        await _check_heard(interaction, generation)
    return generation


async def is_visible(generation: Generation, interaction: discord.Interaction[Cadenza]) -> bool:
    """Whether the person may see a piece where she is."""
    return may_see(generation, interaction) or await _stands_here(generation, interaction)


async def _check_heard(interaction: discord.Interaction[Cadenza], generation: Generation) -> None:
    """Refuse what would tell somebody who composed a piece before she said which is better."""
    battles = interaction.client.app.store.battles
    if await is_blind(interaction, generation):
        battle = await battles.of_piece(generation.number)
        if battle is not None and await battles.choice_of(battle.number, interaction.user.id) is None:
            raise RefusalError("refusal.battle_blind", number=generation.number)


async def is_blind(interaction: discord.Interaction[Cadenza], generation: Generation) -> bool:
    """Whether people are voting in a battle of a piece, so that nobody may read who composed it."""
    if generation.rival is None:
        return False
    battle = await interaction.client.app.store.battles.of_piece(generation.number)
    return battle is not None and battle.is_open


async def _stands_here(generation: Generation, interaction: discord.Interaction[Cadenza]) -> bool:
    """Whether a piece for everybody was posted where this person is, wherever it was composed."""
    posts = [] if generation.private else await interaction.client.app.store.posts.of(generation.number)
    if interaction.guild_id is not None:
        return any(post.guild_id == interaction.guild_id for post in posts)
    return any(post.channel_id == interaction.channel_id for post in posts)


async def listed_piece(interaction: discord.Interaction[Cadenza], number: int) -> Generation:
    """The piece of that number in a list whose button was pressed.

    In direct messages of several people, whoever asked for the list showed the others her own pieces in it.

    Raises:
        RefusalError: As `piece_for` does.
    """
    generation = await interaction.client.app.store.generations.get(number)
    shown = generation is not None and not generation.private and generation.user_id == asked_by(interaction)
    if generation is not None and shown and interaction.guild_id is None:
        return generation
    return await piece_for(interaction, number)


def asked_by(interaction: discord.Interaction[Cadenza]) -> int:
    """Whose command it is that is answered, or that the message answers whose button was pressed."""
    answered = interaction.message.interaction_metadata if interaction.message is not None else None
    return answered.user.id if answered is not None else interaction.user.id


def gone(interaction: discord.Interaction[Cadenza], generation: Generation, key: str) -> str | None:
    """The sentence of that key where the version that composed a piece is no longer kept; None where it is."""
    options, catalogue = generation.options, interaction.client.app.catalogue
    if catalogue.keeps(options.model, options.version):
        return None
    live = catalogue.engine(options.model).identity.version if options.model in catalogue.names() else "?"
    say = sentences.sentences(interaction.locale)
    return say(key, model=options.model, version=options.version, number=generation.number, live=live)


def may_see(generation: Generation, interaction: discord.Interaction[Cadenza]) -> bool:
    """Whether a piece is this person's, or was composed for everybody where she is."""
    if generation.user_id == interaction.user.id:
        return True
    here = (
        generation.guild_id == interaction.guild_id
        if generation.guild_id is not None
        else _same_channel(generation, interaction)
    )
    return here and not generation.private


def _same_channel(generation: Generation, interaction: discord.Interaction[Cadenza]) -> bool:
    return generation.channel_id == interaction.channel_id
