"""Asks the people who run the bot whether a version that came with it may replace one that was trained here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import structlog

from bot.discord_ui.network import UNANSWERED
from bot.discord_ui.texts import sentences

if TYPE_CHECKING:
    from bot.app import App

log = structlog.stdlib.get_logger(__name__)

_ASKED = "asked {label}"
"""Name of the note that it was asked about NAME@VERSION."""


async def ask_about_upgrades(client: discord.Client, app: App) -> None:
    """Ask once about each version that waits; who cannot be reached now is asked at the next start."""
    for name, version in app.catalogue.waiting.items():
        note = _ASKED.format(label=f"{name}@{version}")
        if await app.store.preferences.get(note) is not None:
            continue
        say = sentences.sentences(None)
        live = app.catalogue.engine(name).identity.version
        text = say("training.asks", model=name, version=version, live=live)
        if await _tell_admins(client, app, text):
            await app.store.preferences.set(note, "asked")


async def _tell_admins(client: discord.Client, app: App, text: str) -> bool:
    """Tell each of them directly; whether anybody was reached."""
    reached = False
    for user_id in app.settings.admin_ids or await _owners(client):
        try:
            channel = await client.create_dm(discord.Object(user_id))
            await channel.send(text)
            reached = True
        except UNANSWERED as error:
            log.info("an admin was not asked", error=repr(error))
    return reached


async def _owners(client: discord.Client) -> frozenset[int]:
    try:
        about = await client.application_info()
    except UNANSWERED as error:
        log.info("the owner is not known", error=repr(error))
        return frozenset()
    team = about.team
    return frozenset({about.owner.id} if team is None else {member.id for member in team.members})
