"""How a message comes, changes and goes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.standin import payloads
from bot.standin.rules.messages import check_message
from bot.standin.rules.refusals import RefusedError
from bot.standin.world import (
    ATTACH_FILES,
    COMPONENTS_V2,
    EMBED_LINKS,
    EPHEMERAL,
    LOADING,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    Attachment,
    Message,
)

if TYPE_CHECKING:
    from bot.standin.faults import Recorded
    from bot.standin.state import State
    from bot.standin.world import Channel, Interaction, Json, Person

_MENTION = re.compile(r"<@!?(\d+)>")
_SETTABLE = EPHEMERAL | COMPONENTS_V2 | 1 << 2 | 1 << 12
"""Flags that a bot may set: the other two keep embeds or notifications away."""


def check_permissions(channel: Channel, request: Recorded) -> None:
    """Refuse to the bot's own token what it may not do in a channel.

    Raises:
        RefusedError: If the channel is hidden, or a permission is missing.
    """
    if not channel.permissions & VIEW_CHANNEL:
        raise RefusedError(50001)
    needed = SEND_MESSAGES | (ATTACH_FILES if request.files else 0)
    if channel.permissions & needed != needed:
        raise RefusedError(50013)


async def create(
    state: State, channel: Channel, request: Recorded, data: Json, *, interaction: Interaction | None = None
) -> Message:
    """Post a message of the bot's; by its own token unless there is an interaction.

    Raises:
        RefusedError: If Discord would not take it.
    """
    _check_size(channel, request)
    check_message(data, request.indices)
    if interaction is None and (known := _posted_before(state, channel, data)):
        return known
    message = Message(channel, state.bot, nonce=_nonce(data), interaction=interaction)
    message.reference = int((data.get("message_reference") or {}).get("message_id", 0)) or None
    _apply(message, request, data)
    message.pinged = _pinged(data)
    if interaction is not None and interaction.hidden:
        message.flags |= EPHEMERAL
    if interaction is not None and message.flags & EPHEMERAL:
        message.seen_by = interaction.user
    if interaction is None and not channel.permissions & EMBED_LINKS:
        message.embeds = []
    await publish(state, message)
    return message


async def publish(state: State, message: Message) -> None:
    """Put a message into its channel and let the bot know."""
    message.channel.messages[message.id] = message
    state.changes.tell()
    if message.seen_by is None:
        await _tell(state, "MESSAGE_CREATE", message, state.written(message))


def _posted_before(state: State, channel: Channel, data: Json) -> Message | None:
    nonce = _nonce(data)
    if nonce is None or not data.get("enforce_nonce"):
        return None
    own = (each for each in channel.messages.values() if each.author is state.bot)
    return next((each for each in own if each.nonce == nonce), None)


def _nonce(data: Json) -> str | None:
    return None if data.get("nonce") is None else str(data["nonce"])


async def edit(state: State, message: Message, request: Recorded, data: Json) -> Message:
    """Change a message of the bot's.

    Raises:
        RefusedError: If it is not the bot's, or Discord would not take the change.
    """
    if message.author is not state.bot:
        raise RefusedError(50005)
    _check_size(message.channel, request)
    # Once a message is of the second version, it stays so.
    check_message({**data, "flags": (data.get("flags") or 0) | message.flags}, request.indices, editing=True)
    kept = {file.id for file in message.attachments} | set(request.indices)
    if strange := [each["id"] for each in data.get("attachments") or [] if int(each["id"]) not in kept]:
        raise RefusedError(50035, [f"attachments: {strange} are not of this message"])
    message.flags &= ~LOADING
    _apply(message, request, data)
    message.edits += 1
    message.edited = datetime.now(UTC)
    if not (message.content or message.embeds or message.attachments or message.components):
        raise RefusedError(50006)
    if message.flags & COMPONENTS_V2 and (message.content or message.embeds):
        raise RefusedError(50035, ["content and embeds: not left beside components of the second version"])
    if message.seen_by is None:
        await _tell(state, "MESSAGE_UPDATE", message, state.written(message))
    return message


def _check_size(channel: Channel, request: Recorded) -> None:
    if sum(map(len, request.files.values())) > channel.filesize_limit:
        raise RefusedError(40005)


def _apply(message: Message, request: Recorded, data: Json) -> None:
    """Write into a message what a payload says; what it does not name stays."""
    message.content = (data["content"] or "") if "content" in data else message.content
    message.components = data.get("components", message.components) or []
    if "flags" in data:
        message.flags |= (data["flags"] or 0) & _SETTABLE
    if data.get("attachments") is not None:
        kept = {int(each["id"]) for each in data["attachments"]}
        message.attachments = [file for file in message.attachments if file.id in kept]
    described = {int(each["id"]): each for each in data.get("attachments") or []}
    for index, name in sorted(request.indices.items()):
        more = described.get(index, {})
        file = Attachment(more.get("filename") or name, request.files[name], more.get("description"))
        message.attachments.append(file)
    if "embeds" in data:
        message.embeds = data["embeds"] or []


def _pinged(data: Json) -> list[int]:
    mentioned = [int(number) for number in _MENTION.findall(data.get("content") or "")]
    allowed = data.get("allowed_mentions")
    if allowed is None or "users" in allowed.get("parse", []):
        return mentioned
    return [number for number in mentioned if str(number) in map(str, allowed.get("users", []))]


async def delete(state: State, message: Message) -> None:
    """Take a message away."""
    message.deleted = True
    del message.channel.messages[message.id]
    state.changes.tell()
    if message.seen_by is None:
        await _tell(state, "MESSAGE_DELETE", message, {"id": str(message.id), **place(message.channel)})


def place(channel: Channel) -> Json:
    """Where an event happened."""
    where = {"channel_id": str(channel.id)}
    if channel.guild is not None:
        where["guild_id"] = str(channel.guild.id)
    return where


async def _tell(state: State, event: str, message: Message, data: Json) -> None:
    """Let the bot know of a message, if it is somewhere that it can see."""
    channel = message.channel
    if channel.permissions & VIEW_CHANNEL:
        await state.gateway.tell(event, {**data, **place(channel)}, guild=channel.guild is not None)


async def react(state: State, message: Message, person: Person, emoji: str, *, burst: bool = False) -> None:
    """Add somebody's reaction, or super reaction, once."""
    people = message.reactions.setdefault(emoji, [])
    if person in people:
        return
    people.append(person)
    if burst:
        message.bursts.add((emoji, person))
    more: Json = {"message_author_id": str(message.author.id), "type": int(burst), "burst": burst}
    if message.channel.guild is not None:
        more["member"] = payloads.member(message.channel.guild, person)
    await _tell_of_reaction(state, "ADD", message, emoji, {"user_id": str(person.id), **more})


async def unreact(state: State, message: Message, person: Person, emoji: str) -> None:
    """Take somebody's reaction back."""
    if person in message.reactions.get(emoji, []):
        message.reactions[emoji].remove(person)
        burst = (emoji, person) in message.bursts
        message.bursts.discard((emoji, person))
        more = {"user_id": str(person.id), "type": int(burst), "burst": burst}
        await _tell_of_reaction(state, "REMOVE", message, emoji, more)


async def clear_reactions(state: State, message: Message, emoji: str | None = None) -> None:
    """Take all reactions away, or all of one emoji."""
    message.bursts = {each for each in message.bursts if emoji not in {None, each[0]}}
    if emoji is None:
        message.reactions.clear()
        await _tell_of_reaction(state, "REMOVE_ALL", message, None, {})
    elif message.reactions.pop(emoji, None):
        await _tell_of_reaction(state, "REMOVE_EMOJI", message, emoji, {})


async def _tell_of_reaction(state: State, what: str, message: Message, emoji: str | None, more: Json) -> None:
    data = {"message_id": str(message.id), **more}
    if emoji is not None:
        data["emoji"] = payloads.emoji(emoji)
    await _tell(state, f"MESSAGE_REACTION_{what}", message, data)
    state.changes.tell()
