"""What one person sees, as the page is told it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.standin.invocations import check_may
from bot.standin.rules.commands import GROUPS
from bot.standin.rules.refusals import RefusedError
from bot.standin.world import ADMINISTRATOR, COMPONENTS_V2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.standin.page.bot_life import BotLife
    from bot.standin.state import State
    from bot.standin.world import Channel, Json, Message, Person


def world(state: State, me: Person, life: BotLife) -> Json:
    """All but messages and commands."""
    bot = life.state()
    return {
        "me": str(me.id),
        "people": [_person(state, each) for each in (*_players(state), state.bot)],
        "server": state.guilds[0].name if state.guilds else "",
        "channels": [_channel(each) for each in _channels(state, me)],
        "bot": {
            "id": str(state.bot.id),
            "phase": bot.phase,
            "connected": state.gateway.connected and bool(state.commands),
            "status": bot.status,
            "lastLines": bot.last_lines,
            "doing": _doing(state.gateway.presences),
        },
        "violations": state.violations,
    }


def _doing(presences: list[Json]) -> str:
    """What stands below the bot's name: the line of its own, or the name of what it does."""
    latest = presences[-1] if presences else {}
    # discord.py greets with one activity under its old name, a game.
    activities = latest.get("activities") or [latest.get("game")]
    return " · ".join(each.get("state") or each["name"] for each in activities if each)


def _players(state: State) -> list[Person]:
    return [person for person in state.people if person is not state.owner]


def _person(state: State, person: Person) -> Json:
    admin = any(guild.members.get(person, 0) & ADMINISTRATOR for guild in state.guilds)
    return {
        "id": str(person.id),
        "name": person.name.title(),
        "locale": person.locale,
        "admin": admin,
        "bot": person.bot,
    }


def _channels(state: State, me: Person) -> Iterator[Channel]:
    for guild in state.guilds:
        yield from guild.channels
    yield state.direct(me)


def _channel(channel: Channel) -> Json:
    direct = channel.guild is None
    return {"id": str(channel.id), "name": channel.name, "direct": direct, "limit": channel.filesize_limit}


def commands(state: State, me: Person) -> Json:
    """What is offered to a person in each channel: commands that are typed, and entries of a message's menu."""
    return {str(channel.id): _offered(state, me, channel) for channel in _channels(state, me)}


def _offered(state: State, me: Person, channel: Channel) -> Json:
    own = state.commands.get(channel.guild.id, []) if channel.guild else []
    registered = {(each["type"], each["name"]): each for each in (*state.commands.get(None, []), *own)}
    offered = [each for each in registered.values() if _may(each, me, channel)]
    typed = [leaf for each in offered if each["type"] == 1 for leaf in _leaves(each, me.locale, [], [])]
    menu = [
        {"name": each["name"], "shown": _localised(each, "name", me.locale)} for each in offered if each["type"] == 3
    ]
    return {"typed": sorted(typed, key=lambda leaf: leaf["shown"]), "menu": menu}


def _may(command: Json, me: Person, channel: Channel) -> bool:
    try:
        check_may(command, me, channel)
    except RefusedError:
        return False
    return True


def _leaves(part: Json, locale: str, names: list[str], shown: list[str]) -> Iterator[Json]:
    names, shown = [*names, part["name"]], [*shown, _localised(part, "name", locale)]
    inner = part.get("options") or []
    groups = [option for option in inner if option["type"] in GROUPS]
    for group in groups:
        yield from _leaves(group, locale, names, shown)
    if not groups:
        yield {
            "name": " ".join(names),
            "shown": " ".join(shown),
            "about": _localised(part, "description", locale),
            "options": [_option(option, locale) for option in inner],
        }


def _option(option: Json, locale: str) -> Json:
    keys = ("name", "type", "min_value", "max_value", "min_length", "max_length", "autocomplete")
    choices = option.get("choices") or []
    return {key: option[key] for key in keys if key in option} | {
        "shown": _localised(option, "name", locale),
        "about": _localised(option, "description", locale),
        "required": bool(option.get("required")),
        "choices": [{"name": _localised(each, "name", locale), "value": each["value"]} for each in choices],
    }


def _localised(part: Json, key: str, locale: str) -> str:
    found: str = (part.get(f"{key}_localizations") or {}).get(locale) or part.get(key) or ""
    return found


def messages(state: State, me: Person) -> Iterator[Json]:
    """Every message that a person can see."""
    for channel in _channels(state, me):
        for message in channel.messages.values():
            if message.seen_by in {None, me}:
                yield _message(state, me, message)


def _message(state: State, me: Person, message: Message) -> Json:
    written = state.written(message)
    reply = message.channel.messages.get(message.reference or 0)
    asked = message.interaction
    return {key: written[key] for key in ("id", "content", "embeds", "attachments", "components")} | {
        "channel": written["channel_id"],
        "author": written["author"]["id"],
        "at": written["timestamp"],
        "edited": written["edited_timestamp"] if message.interaction is None else None,
        "thinking": message.loading,
        "private": message.seen_by is not None,
        "second": bool(message.flags & COMPONENTS_V2),
        "command": {"by": str(asked.user.id), "name": _called(asked.data)} if asked and asked.type == 2 else None,
        "reply": {"author": str(reply.author.id), "text": reply.text[:100]} if reply else None,
        "reactions": [_reaction(emoji, people, me) for emoji, people in message.reactions.items() if people],
        "pinged": me.id in message.pinged,
    }


def _called(data: Json) -> str:
    """A command as it is typed: with the names of its group and its part; an entry of a menu by its name alone."""
    if data["type"] != 1:
        return str(data["name"])
    names, part = [f"/{data['name']}"], data
    while part.get("options") and part["options"][0]["type"] in GROUPS:
        part = part["options"][0]
        names.append(part["name"])
    return " ".join(names)


def _reaction(emoji: str, people: list[Person], me: Person) -> Json:
    return {"emoji": emoji, "by": [person.name.title() for person in people], "mine": me in people}
