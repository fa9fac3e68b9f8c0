"""What a client does before it sends: it knows the commands, and checks what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.standin import payloads
from bot.standin.rules.commands import GROUPS, check_value
from bot.standin.rules.refusals import RefusedError
from bot.standin.world import ADMINISTRATOR, OF_A_MEMBER, Attachment, Channel, Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.standin.state import State
    from bot.standin.world import Json


def find(state: State, name: str, channel: Channel, *, kind: int = 1) -> Json:
    """A command that is registered for a channel: the guild's own before that of all guilds.

    Raises:
        RefusedError: If there is none.
    """
    own = state.commands.get(channel.guild.id, []) if channel.guild else []
    for command in (*own, *state.commands.get(None, [])):
        if command["name"] == name and command["type"] == kind:
            return command
    raise _no_such(name)


def _no_such(name: str) -> RefusedError:
    return RefusedError(50035, [f"no command {name!r} is registered"])


def invocation(state: State, name: str, channel: Channel, values: Json, *, typing: str = "") -> tuple[Json, Json]:
    """A command and what a client sends for it.

    Args:
        state: State in which it is registered.
        name: Its names, apart by spaces.
        channel: Channel where it is sent.
        values: Its options.
        typing: The option that is still being typed.

    Raises:
        RefusedError: If there is no such command or option, or a value does not fit.
    """
    first, *rest = name.split()
    command = find(state, first, channel)
    data: Json = {"id": command["id"], "name": first, "type": 1}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    part, inner = _descend(name, command, data, rest)
    options = part.get("options", [])
    inner["options"] = _given(options, values, typing)
    if resolved := resolve(state, [values.get(option["name"]) for option in options], channel):
        data["resolved"] = resolved
    return command, data


def options_of(state: State, name: str, channel: Channel) -> list[Json]:
    """What can be given to a command, as it was registered.

    Raises:
        RefusedError: If there is no such command.
    """
    first, *rest = name.split()
    part, _ = _descend(name, find(state, first, channel), {}, rest)
    options: list[Json] = part.get("options", [])
    return options


def _descend(name: str, command: Json, data: Json, rest: list[str]) -> tuple[Json, Json]:
    """Go down to the command of the command that is meant."""
    part, inner = command, data
    for each in rest:
        found = [option for option in part["options"] if option["name"] == each and option["type"] in GROUPS]
        if not found:
            raise _no_such(name)
        part = found[0]
        inner["options"] = [{"type": part["type"], "name": each}]
        inner = inner["options"][0]
    if any(option["type"] in GROUPS for option in part.get("options", [])):
        raise _no_such(name)
    return part, inner


def check_may(command: Json, user: Person, channel: Channel) -> None:
    """Refuse what Discord would not even show to this person here."""
    guild = channel.guild
    context = 1 if guild is None else 0
    if context not in (command.get("contexts") or [0, 1, 2]):
        raise RefusedError(50035, [f"{command['name']} is not offered here"])
    needed = int(command.get("default_member_permissions") or 0)
    if guild is None or guild.owner is user:
        return
    has = guild.members.get(user, OF_A_MEMBER)
    if has & needed != needed and not has & ADMINISTRATOR:
        raise RefusedError(50035, [f"{command['name']} is not offered to {user.name}"])


def _given(options: list[Json], values: Json, typing: str) -> list[Json]:
    if unknown := set(values) - {option["name"] for option in options}:
        raise RefusedError(50035, [f"no option {', '.join(sorted(unknown))}"])
    given = []
    for option in options:
        name = option["name"]
        if name in values:
            if name != typing:
                check_value(option, values[name])
            value = values[name] if isinstance(values[name], str | int | float) else str(values[name].id)
            given.append({"type": option["type"], "name": name, "value": value})
            if name == typing:
                given[-1]["focused"] = True
        elif option.get("required") and not typing:
            raise RefusedError(50035, [f"{name} is required"])
    return given


def resolve(state: State, named: Iterable[object], channel: Channel) -> Json:
    """What goes beside the ids of people, channels and files; files can be fetched from then on."""
    resolved: Json = {}
    for each in named:
        match each:
            case Person() as person:
                resolved.setdefault("users", {})[str(person.id)] = payloads.user(person)
                if channel.guild is not None:
                    member = payloads.member(channel.guild, person)
                    del member["user"]
                    resolved.setdefault("members", {})[str(person.id)] = member
            case Channel() as place:
                partial = {**payloads.channel(place), "permissions": str(OF_A_MEMBER)}
                resolved.setdefault("channels", {})[str(place.id)] = partial
            case Attachment() as file:
                state.uploads[file.id] = file
                written = payloads.attachment(file, state.base, ephemeral=True)
                resolved.setdefault("attachments", {})[str(file.id)] = written
    return resolved
