"""Registering commands with Discord: only what changed, each command in one place, and nothing left where it was."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Protocol

import discord
import structlog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from discord import app_commands

log = structlog.stdlib.get_logger(__name__)

_EVERYWHERE = "everywhere"


class RegistrationMemory(Protocol):
    """Remembers short texts by name, as `store.preferences` does."""

    async def get(self, key: str, /) -> str | None:
        """What was remembered last under that name."""

    async def set(self, key: str, value: str, /) -> None:
        """Remember it instead of what was."""

    async def forget(self, key: str, /) -> None:
        """Remember nothing under that name."""

    async def names(self, prefix: str, /) -> list[str]:
        """Names that begin so and under which something is remembered."""


async def register(
    tree: app_commands.CommandTree[Any],
    memory: RegistrationMemory,
    *,
    home: discord.abc.Snowflake | None,
    force: bool = False,
) -> tuple[int, int]:
    """Tell Discord of the commands where they differ from what it was told last.

    Those of everybody are registered everywhere, and those of the home server there. Discord would show twice what
    stands in both. A server that was home before has its commands taken away.

    Args:
        tree: Tree with all commands, and its translator set.
        memory: Storage of what Discord was told.
        home: The home server, if there is one.
        force: Tell it even if nothing changed.

    Returns:
        How many commands were registered everywhere and at home; 0 where nothing had to be.
    """
    everywhere = await _sync(tree, memory, guild=None, force=force)
    at_home = await _sync(tree, memory, guild=home, force=force) if home is not None else 0
    await _clear_others(tree, memory, home)
    return everywhere, at_home


async def command_ids(tree: app_commands.CommandTree[Any], memory: RegistrationMemory) -> dict[str, int]:
    """Ids of the slash commands by their English names, as Discord told them when they were registered."""
    ids: dict[str, int] = {}
    for name in await memory.names(_key(tree, "")):
        ids |= _read(await memory.get(name))[1]
    return ids


async def _sync(
    tree: app_commands.CommandTree[Any], memory: RegistrationMemory, *, guild: discord.abc.Snowflake | None, force: bool
) -> int:
    where = _EVERYWHERE if guild is None else str(guild.id)
    key = _key(tree, where)
    mark = await fingerprint(tree, guild=guild)
    known, ids = _read(await memory.get(key))
    if not force and known == mark:
        return 0
    if guild is not None:
        # Noted first, so that a server that got commands is known whatever happens to this process.
        await memory.set(key, _written("", ids))
    try:
        synced = await tree.sync(guild=guild)
    except discord.HTTPException as error:
        if force:
            raise
        # A bot whose commands are those of yesterday is better than none; the next start tries again.
        log.error("commands not registered", where=where, error=str(error))  # noqa: TRY400 - Discord's words say it all
        return 0
    await memory.set(key, _written(mark, _ids(synced)))
    log.info("commands registered", where=where, commands=len(synced))
    return len(synced)


async def _clear_others(
    tree: app_commands.CommandTree[Any], memory: RegistrationMemory, home: discord.abc.Snowflake | None
) -> None:
    """Take the commands away from servers that were home before."""
    kept = {_EVERYWHERE, str(home.id) if home is not None else _EVERYWHERE}
    for key in await memory.names(_key(tree, "")):
        where = key.removeprefix(_key(tree, ""))
        if where in kept:
            continue
        try:
            await tree.sync(guild=discord.Object(int(where)))
        except discord.HTTPException as error:
            log.warning("commands not cleared", where=where, error=str(error))
            continue
        await memory.forget(key)
        log.info("commands cleared", where=where)


def _key(tree: app_commands.CommandTree[Any], where: str) -> str:
    return f"commands:{tree.client.application_id}:{where}"


def _written(mark: str, ids: dict[str, int]) -> str:
    return json.dumps({"mark": mark, "ids": ids})


def _read(text: str | None) -> tuple[str, dict[str, int]]:
    """Fingerprint and ids; earlier releases noted the fingerprint alone, which then counts as another."""
    if text is None or not text.startswith("{"):
        return "", {}
    noted = json.loads(text)
    return noted["mark"], noted["ids"]


def _ids(synced: Sequence[app_commands.AppCommand]) -> dict[str, int]:
    return {command.name: command.id for command in synced if command.type is discord.AppCommandType.chat_input}


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
