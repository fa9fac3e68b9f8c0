"""Registering commands with Discord: only what changed, and at home at once."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Protocol

import discord
import structlog

if TYPE_CHECKING:
    from discord import app_commands

log = structlog.stdlib.get_logger(__name__)


class RegistrationMemory(Protocol):
    """Remembers short texts by name, as `store.preferences` does."""

    async def get(self, key: str, /) -> str | None:
        """What was remembered last under that name."""

    async def set(self, key: str, value: str, /) -> None:
        """Remember it instead of what was."""


async def register(
    tree: app_commands.CommandTree[Any],
    memory: RegistrationMemory,
    *,
    home: discord.abc.Snowflake | None,
    force: bool = False,
) -> tuple[int, int]:
    """Tell Discord of the commands, everywhere and in the home server, where they differ from what it was told last.

    Args:
        tree: Tree with all commands, and its translator set.
        memory: Storage of what Discord was told.
        home: The home server, which gets a copy of all commands and those that are its own.
        force: Tell it even if nothing changed.

    Returns:
        How many commands were registered everywhere and at home; 0 where nothing had to be.
    """
    everywhere = await _sync(tree, memory, guild=None, force=force)
    if home is None:
        return everywhere, 0
    tree.copy_global_to(guild=home)
    return everywhere, await _sync(tree, memory, guild=home, force=force)


async def _sync(
    tree: app_commands.CommandTree[Any], memory: RegistrationMemory, *, guild: discord.abc.Snowflake | None, force: bool
) -> int:
    where = "everywhere" if guild is None else str(guild.id)
    name = f"commands:{tree.client.application_id}:{where}"
    mark = await fingerprint(tree, guild=guild)
    if not force and await memory.get(name) == mark:
        return 0
    try:
        synced = await tree.sync(guild=guild)
    except discord.HTTPException as error:
        if force:
            raise
        # A bot whose commands are those of yesterday is better than none; the next start tries again.
        log.error("commands not registered", where=where, error=str(error))  # noqa: TRY400 - Discord's words say it all
        return 0
    await memory.set(name, mark)
    log.info("commands registered", where=where, commands=len(synced))
    return len(synced)


async def fingerprint(tree: app_commands.CommandTree[Any], *, guild: discord.abc.Snowflake | None) -> str:
    """A mark that changes when anything does that Discord is told of the commands."""
    translator = tree.translator
    assert translator is not None
    commands = tree.get_commands(guild=guild)
    payload = [await command.get_translated_payload(tree, translator) for command in commands]
    text = json.dumps(
        sorted(payload, key=lambda command: (command["type"], command["name"])), sort_keys=True, default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]
