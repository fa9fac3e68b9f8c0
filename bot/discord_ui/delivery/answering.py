"""Answers to what writes: in time, whatever the database does, and never asking for what was done already."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import discord
import structlog

from bot.discord_ui.error_replies import LOST_INTERACTION, tell_directly
from bot.discord_ui.network import UNANSWERED
from bot.discord_ui.refusal_texts import ANSWERED, UNKNOWN_INTERACTION

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.discord_ui.client import Cadenza

log = structlog.stdlib.get_logger(__name__)

T = TypeVar("T")

SOON = 0.7
"""Seconds after which an interaction is acknowledged, come what may."""


async def in_time(
    interaction: discord.Interaction[Cadenza], work: Coroutine[Any, Any, T], *, private: bool = True
) -> T:
    """Do what writes; where that takes long, promise an answer meanwhile: Discord waits for three seconds.

    What was begun is done, also where Discord waits no longer: so nobody is asked to try again.

    Args:
        interaction: Interaction that was not answered yet.
        work: Writes, before anything is answered.
        private: Whether only the person is to see the answer.
    """
    task = asyncio.create_task(work)
    await asyncio.wait({task}, timeout=SOON)
    if not task.done():
        try:
            await interaction.client.promises.make(interaction, private=private)
        except discord.HTTPException as error:
            if error.code != UNKNOWN_INTERACTION:
                raise
            log.warning("not acknowledged in time", interaction=interaction.id)
    return await task


async def answer(
    interaction: discord.Interaction[Cadenza],
    text: str | None = None,
    *,
    embed: discord.Embed | None = None,
    view: discord.ui.View | None = None,
    file: discord.File | None = None,
    private: bool = True,
) -> None:
    """Say what was done, promised or not. Where Discord does not take it, it is done all the same.

    Args:
        interaction: Interaction that asked for it.
        text: Text above everything else.
        embed: Embed below it.
        view: Buttons below both.
        file: File that comes with it.
        private: Whether only the person sees it.
    """
    shown: dict[str, Any] = {"view": view, "embed": embed}
    try:
        if interaction.response.is_done() or not await _first(interaction, text, shown, file, private=private):
            files = [file] if file is not None else []
            await interaction.edit_original_response(content=text, attachments=files, **shown)
    except UNANSWERED as error:
        log.warning("answer not given", interaction=interaction.id, error=repr(error))
        if text and isinstance(error, discord.HTTPException) and error.code in LOST_INTERACTION:
            await tell_directly(interaction, text)
        return
    interaction.client.promises.end(interaction.id)


async def _first(
    interaction: discord.Interaction[Cadenza],
    text: str | None,
    shown: dict[str, Any],
    file: discord.File | None,
    *,
    private: bool,
) -> bool:
    """Answer at once; False where a promise was given already, though its answer got lost."""
    given = {name: value for name, value in {**shown, "file": file}.items() if value is not None}
    try:
        await interaction.response.send_message(text, ephemeral=private, **given)
    except discord.HTTPException as error:
        if error.code != ANSWERED:
            raise
        return False
    return True
