"""One answer to every error of a command, button or form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord import app_commands

from bot import errors
from bot.discord_ui.buttons import Spec, row
from bot.discord_ui.network import UNANSWERED
from bot.discord_ui.refusal_texts import (
    ANSWERED,
    TOKEN_EXPIRED,
    UNKNOWN_INTERACTION,
    RefusalError,
    plain,
    refusal_error,
)
from bot.discord_ui.texts import sentences
from bot.storage.dialects.faults import is_passing

if TYPE_CHECKING:
    from collections.abc import Sequence

log = structlog.stdlib.get_logger(__name__)

OPEN = "open"
"""In an interaction's extras: it was promised a public answer, and there is none yet."""

LOST_INTERACTION = frozenset({UNKNOWN_INTERACTION, TOKEN_EXPIRED})
"""Codes after which an interaction cannot be answered any more."""

_MOST_BUTTONS = 5


async def answer(interaction: discord.Interaction[Any], error: Exception) -> bool:
    """Tell the person, alone, in one sentence. The first of these that fits speaks.

    1. Our own refusals and those of the order service: their sentence, and buttons to cancel where they name pieces.
    2. Checks of discord.py's that a person failed.
    3. Discord's errors that have a plain answer; by direct message where the interaction cannot be answered any more.
    4. A database that is away, or has no room, for now.
    5. All others: a reference, which the log bears beside the traceback.

    Returns:
        Whether it was foreseen.
    """
    say = sentences.sentences(interaction.locale)
    refusal = _foreseen(error)
    if refusal is None:
        reference = errors.report(error, "an interaction failed", interaction=interaction.id)
        await _tell(interaction, say("trouble.unexpected", reference=reference))
        return False
    log.info("refused", interaction=interaction.id, reason=refusal.key)
    code = error.code if isinstance(error, discord.HTTPException) else None
    if code in LOST_INTERACTION:
        await tell_directly(interaction, refusal.sentence(say))
    elif code != ANSWERED:  # by us, though Discord's word that it was got lost
        await _tell(interaction, refusal.sentence(say), cancel=refusal.cancel)
    return True


def _foreseen(error: Exception) -> RefusalError | None:
    match error:
        case RefusalError():
            return error
        case errors.Refusal():
            return refusal_error(error)
        case app_commands.AppCommandError():
            return _failed_check(error)
        case discord.HTTPException():
            return plain(error)
        case _ if is_passing(error):
            log.warning("database away", error=str(getattr(error, "orig", error)))
            return RefusalError("trouble.database")
        case _:
            return None


def _failed_check(error: app_commands.AppCommandError) -> RefusalError | None:
    """The refusal for a check of discord.py's; None if it is no check."""
    match error:
        case app_commands.NoPrivateMessage():
            return RefusalError("refusal.server_only")
        case app_commands.CommandSignatureMismatch() | app_commands.CommandNotFound():
            # Discord still offers what we do not any more; it learns of that at every start.
            return RefusalError("trouble.expired")
        case _:
            return None


async def _tell(interaction: discord.Interaction[Any], sentence: str, *, cancel: Sequence[int] = ()) -> None:
    """Say it to that person alone, also where everybody was promised an answer; if that fails, the log knows."""
    say = sentences.sentences(interaction.locale)
    buttons = [Spec("cancel", str(number), label=f"{say('button.cancel')} #{number}") for number in cancel]
    view = row(say, buttons[:_MOST_BUTTONS]) if buttons else discord.utils.MISSING
    try:
        if not interaction.response.is_done():
            await interaction.response.send_message(sentence, view=view, ephemeral=True)
            return
        if interaction.extras.pop(OPEN, False) and not await _unpromised(interaction):
            await interaction.edit_original_response(content=sentence, view=view)
            return
        await interaction.followup.send(sentence, view=view, ephemeral=True)
    except UNANSWERED as error:
        log.warning("sentence not told", interaction=interaction.id, error=str(error))


async def _unpromised(interaction: discord.Interaction[Any]) -> bool:
    """Take back the public promise of an answer, in whose place the next one would stand; whether that was done."""
    try:
        await interaction.delete_original_response()
    except UNANSWERED as error:
        log.info("promise not taken back", interaction=interaction.id, error=repr(error))
        return False
    return True


async def tell_directly(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Say it in a direct message, if the person takes them."""
    try:
        channel = await interaction.client.create_dm(interaction.user)
        await channel.send(sentence)
    except UNANSWERED as error:
        log.warning("sentence not told", interaction=interaction.id, error=str(error))
