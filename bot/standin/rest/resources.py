"""The REST interface by the bot's own token: itself, people, guilds, channels, messages, reactions, commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from bot.standin import payloads
from bot.standin.rest import posting
from bot.standin.rules.commands import check_commands
from bot.standin.rules.refusals import RefusedError
from bot.standin.world import (
    ADD_REACTIONS,
    MANAGE_MESSAGES,
    READ_MESSAGE_HISTORY,
    VIEW_CHANNEL,
    Channel,
    Json,
    snowflake,
)

if TYPE_CHECKING:
    from bot.standin.faults import Recorded
    from bot.standin.state import State
    from bot.standin.world import Message, Person

Answer = Any
"""What becomes JSON."""


async def own_user(state: State, _request: Recorded, _where: dict[str, str]) -> Answer:
    return payloads.user(state.bot)


async def application(state: State, _request: Recorded, _where: dict[str, str]) -> Answer:
    return {
        "id": str(state.bot.id),
        "name": state.bot.name,
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": payloads.user(state.owner),
        "team": None,
        "flags": 0,
        "bot": payloads.user(state.bot),
    }


async def gateway(state: State, _request: Recorded, _where: dict[str, str]) -> Answer:
    told = state.gateway
    return {"url": told.url, "shards": told.recommended, "session_start_limit": told.limit}


async def user(state: State, _request: Recorded, where: dict[str, str]) -> Answer:
    return payloads.user(state.person(int(where["user"])))


async def guilds(state: State, _request: Recorded, _where: dict[str, str]) -> Answer:
    installed = (guild for guild in state.guilds if guild.installed)
    keys = ("id", "name", "features")
    return [{key: payloads.guild(guild, state.bot)[key] for key in keys} for guild in installed]


async def guild(state: State, _request: Recorded, where: dict[str, str]) -> Answer:
    found = state.guild(int(where["guild"]))
    if not found.installed:
        raise RefusedError(10004)
    return payloads.guild(found, state.bot)


async def member(state: State, _request: Recorded, where: dict[str, str]) -> Answer:
    found = state.guild(int(where["guild"]))
    return payloads.member(found, state.person(int(where["user"])))


async def open_direct(state: State, request: Recorded, _where: dict[str, str]) -> Answer:
    return payloads.channel(state.direct(state.person(int(request.data["recipient_id"]))))


def _visible(state: State, where: dict[str, str], needed: int = 0) -> Channel:
    found = state.channel(int(where["channel"]))
    if not found.permissions & VIEW_CHANNEL:
        raise RefusedError(50001)
    if found.permissions & needed != needed:
        raise RefusedError(50013)
    return found


def _message(state: State, where: dict[str, str], needed: int = 0) -> Message:
    """A message that the bot can see: no reply that is private to somebody."""
    found = state.message(_visible(state, where, needed), int(where["message"]))
    if found.seen_by is not None:
        raise RefusedError(10008)
    return found


async def channel(state: State, _request: Recorded, where: dict[str, str]) -> Answer:
    return payloads.channel(_visible(state, where))


async def typing(state: State, _request: Recorded, where: dict[str, str]) -> Answer:
    _visible(state, where)


async def messages(state: State, request: Recorded, where: dict[str, str]) -> Answer:
    """The newest first, as Discord lists them."""
    found = _visible(state, where)
    if not found.permissions & READ_MESSAGE_HISTORY:
        return []
    listed = [each for each in found.messages.values() if each.seen_by is None]
    listed.sort(key=lambda each: each.id, reverse=True)
    limit = int(request.query.get("limit", 50))
    if "before" in request.query:
        listed = [each for each in listed if each.id < int(request.query["before"])]
    if "after" in request.query:
        # The oldest after that id, still newest first.
        listed = [each for each in listed if each.id > int(request.query["after"])][-limit:]
    return [state.written(each) for each in listed[:limit]]


async def message(state: State, _request: Recorded, where: dict[str, str]) -> Answer:
    return state.written(_message(state, where, READ_MESSAGE_HISTORY))


async def post(state: State, request: Recorded, where: dict[str, str]) -> Answer:
    found = state.channel(int(where["channel"]))
    posting.check_permissions(found, request)
    if found.recipient is not None and not found.recipient.takes_direct_messages:
        raise RefusedError(50007)
    return state.written(await posting.create(state, found, request, request.data))


async def edit(state: State, request: Recorded, where: dict[str, str]) -> Answer:
    return state.written(await posting.edit(state, _message(state, where), request, request.data))


async def delete(state: State, _request: Recorded, where: dict[str, str]) -> Answer:
    found = _message(state, where)
    if found.author is not state.bot and not found.channel.permissions & MANAGE_MESSAGES:
        raise RefusedError(50013)
    await posting.delete(state, found)


async def reactions(state: State, request: Recorded, where: dict[str, str]) -> Answer:
    found = _message(state, where, READ_MESSAGE_HISTORY)
    # Discord lists either kind alone, and the usual one where none is named.
    burst = request.query.get("type", "0") == "1"
    people = [each for each in _reactors(found, where) if ((unquote(where["emoji"]), each) in found.bursts) == burst]
    after, limit = int(request.query.get("after", 0)), int(request.query.get("limit", 25))
    listed = sorted((each for each in people if each.id > after), key=lambda each: each.id)
    return [payloads.user(each) for each in listed[:limit]]


def _reactors(found: Message, where: dict[str, str]) -> list[Person]:
    return found.reactions.get(unquote(where["emoji"]), [])


async def react(state: State, _request: Recorded, where: dict[str, str]) -> Answer:
    found = _message(state, where, READ_MESSAGE_HISTORY)
    if not _reactors(found, where) and not found.channel.permissions & ADD_REACTIONS:
        raise RefusedError(50013)
    await posting.react(state, found, state.bot, unquote(where["emoji"]))


async def unreact(state: State, _request: Recorded, where: dict[str, str]) -> Answer:
    own = where["user"] == "@me"
    found = _message(state, where, 0 if own else MANAGE_MESSAGES)
    person = state.bot if own else state.person(int(where["user"]))
    await posting.unreact(state, found, person, unquote(where["emoji"]))


async def commands(state: State, _request: Recorded, where: dict[str, str]) -> Answer:
    return state.commands.get(_of(where), [])


async def overwrite_commands(state: State, request: Recorded, where: dict[str, str]) -> Answer:
    wanted: list[Json] = request.data["list"]
    check_commands(wanted)
    known = {(each["type"], each["name"]): each["id"] for each in state.commands.get(_of(where), [])}
    state.commands[_of(where)] = [_registered(state, each, known, where) for each in wanted]
    return state.commands[_of(where)]


def _of(where: dict[str, str]) -> int | None:
    return int(where["guild"]) if "guild" in where else None


def _registered(state: State, command: Json, known: dict[tuple[int, str], str], where: dict[str, str]) -> Json:
    kind = command.get("type", 1)
    written = {
        "default_member_permissions": None,
        "nsfw": False,
        "description": "",
        "options": [],
        "dm_permission": True,
        **command,
        "id": known.get((kind, command["name"]), str(snowflake())),
        "application_id": str(state.bot.id),
        "version": str(snowflake()),
        "type": kind,
    }
    return written | ({"guild_id": where["guild"]} if "guild" in where else {})


_REACTIONS = "/channels/{channel}/messages/{message}/reactions/{emoji}"
ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/users/@me", own_user),
    ("GET", "/users/@me/guilds", guilds),
    ("POST", "/users/@me/channels", open_direct),
    ("GET", "/users/{user}", user),
    ("GET", "/oauth2/applications/@me", application),
    ("GET", "/applications/@me", application),
    ("GET", "/gateway/bot", gateway),
    ("GET", "/gateway", gateway),
    ("GET", "/guilds/{guild}", guild),
    ("GET", "/guilds/{guild}/members/{user}", member),
    ("GET", "/channels/{channel}", channel),
    ("POST", "/channels/{channel}/typing", typing),
    ("GET", "/channels/{channel}/messages", messages),
    ("POST", "/channels/{channel}/messages", post),
    ("GET", "/channels/{channel}/messages/{message}", message),
    ("PATCH", "/channels/{channel}/messages/{message}", edit),
    ("DELETE", "/channels/{channel}/messages/{message}", delete),
    ("GET", _REACTIONS, reactions),
    ("PUT", f"{_REACTIONS}/@me", react),
    ("DELETE", f"{_REACTIONS}/{{user}}", unreact),
    ("GET", "/applications/{application}/commands", commands),
    ("PUT", "/applications/{application}/commands", overwrite_commands),
    ("GET", "/applications/{application}/guilds/{guild}/commands", commands),
    ("PUT", "/applications/{application}/guilds/{guild}/commands", overwrite_commands),
]
