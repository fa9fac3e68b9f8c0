"""A hand for a person at a shell: `curl` does what people in the chat would do.

    curl localhost:8999/control/slash -d '{"name": "compose", "user": "anna", "options": {"length": 30}}'
    curl localhost:8999/control/messages
    curl localhost:8999/control/press -d '{"message": "last", "button": "Another", "user": "anna"}'
    curl localhost:8999/control/react -d '{"message": "last", "emoji": "👍", "user": "ben"}'
    curl localhost:8999/control/gateway -d '{"do": "drop"}'
    curl localhost:8999/control/fault -d '{"method": "POST", "path": "/channels/*/messages", "status": 500}'

Verbs: slash, menu, autocomplete, press, select, submit, react, unreact, clear, delete, say, expire, fault, gateway;
to look: messages, requests, violations.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from aiohttp import web

from bot.standin.faults import Lose, Refuse
from bot.standin.rules.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from bot.standin.server import StandIn
    from bot.standin.world import Channel, Interaction, Json, Message, Person

Named = TypeVar("Named", "Person", "Channel")

LAST = "last"


class Control:
    """Turns names and numbers into people, channels and messages, and does what is asked."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in
        self._interactions: dict[int, Interaction] = {}

    def add_to(self, app: web.Application) -> None:
        """Answer under /control/."""
        app.router.add_route("*", "/control/{verb}", self._handle)

    async def _handle(self, request: web.Request) -> web.Response:
        verb: Callable[[Json], Awaitable[Any]] | None = getattr(self, f"do_{request.match_info['verb']}", None)
        if verb is None:
            return web.json_response({"error": __doc__}, status=404)
        try:
            asked = {**request.query, **(json.loads(await request.text() or "{}"))}
            return web.json_response(await verb(asked), dumps=_pretty)
        except (LookupError, RefusedError, TimeoutError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    def _person(self, asked: Json) -> Person:
        people = self._stand_in.state.people
        return _called(people, asked.get("user", people[-1].name))

    def _channel(self, asked: Json) -> Channel:
        if asked.get("channel") == "direct":
            return self._stand_in.direct(self._person(asked))
        channels = list(self._stand_in.state.channels())
        return _called(channels, asked.get("channel", channels[0].name))

    def _message(self, asked: Json) -> Message:
        wanted = asked.get("message", LAST)
        own = [each for channel in self._stand_in.state.channels() for each in channel.messages.values()]
        own = [each for each in own if wanted == LAST or each.id == int(wanted)]
        if not own:
            raise LookupError(f"no message {wanted}")
        return max(own, key=lambda each: each.id)

    def _told(self, interaction: Interaction) -> Json:
        self._interactions[interaction.id] = interaction
        told: Json = {"interaction": str(interaction.id), "seconds": round(interaction.answered_after, 3)}
        if interaction.modal is not None:
            told["modal"] = interaction.modal
        elif interaction.original or interaction.source:
            told["message"] = _written(interaction.message)
        return told

    async def do_slash(self, asked: Json) -> Json:
        where = self._channel(asked)
        options = asked.get("options", {})
        told = await self._stand_in.slash(asked["name"], user=self._person(asked), channel=where, options=options)
        return self._told(told)

    async def do_menu(self, asked: Json) -> Json:
        return self._told(await self._stand_in.menu(asked["name"], self._message(asked), user=self._person(asked)))

    async def do_autocomplete(self, asked: Json) -> list[Json]:
        who, where = self._person(asked), self._channel(asked)
        return await self._stand_in.autocomplete(
            asked["name"], asked["option"], asked["typed"], user=who, channel=where
        )

    async def do_press(self, asked: Json) -> Json:
        return self._told(await self._stand_in.press(self._message(asked), asked["button"], user=self._person(asked)))

    async def do_select(self, asked: Json) -> Json:
        message, who = self._message(asked), self._person(asked)
        return self._told(await self._stand_in.select(message, asked["select"], asked["values"], user=who))

    async def do_submit(self, asked: Json) -> Json:
        opened = self._interactions[int(asked["interaction"])]
        return self._told(await self._stand_in.submit(opened, asked.get("values")))

    async def do_react(self, asked: Json) -> str:
        await self._stand_in.react(self._message(asked), asked["emoji"], user=self._person(asked))
        return "done"

    async def do_unreact(self, asked: Json) -> str:
        await self._stand_in.unreact(self._message(asked), asked["emoji"], user=self._person(asked))
        return "done"

    async def do_clear(self, asked: Json) -> str:
        await self._stand_in.clear_reactions(self._message(asked), asked.get("emoji"))
        return "done"

    async def do_delete(self, asked: Json) -> str:
        await self._stand_in.delete_message(self._message(asked))
        return "done"

    async def do_say(self, asked: Json) -> Json:
        who, where = self._person(asked), self._channel(asked)
        return _written(await self._stand_in.say(asked["text"], user=who, channel=where))

    async def do_expire(self, asked: Json) -> str:
        self._stand_in.expire(self._interactions[int(asked["interaction"])])
        return "done"

    async def do_fault(self, asked: Json) -> str:
        lose, status = asked.get("lose", False), asked.get("status", 500)
        fault = Lose() if lose else Refuse(status, asked.get("code", 0), asked.get("retry_after", 1.0))
        self._stand_in.faults.plan(asked.get("method", "*"), asked["path"], fault, times=asked.get("times", 1))
        return "planned"

    async def do_gateway(self, asked: Json) -> str:
        gateway = self._stand_in.gateway
        match asked["do"]:
            case "drop":
                gateway.drop()
            case "forget":
                gateway.forget()
            case "reconnect":
                await gateway.ask_reconnect()
            case "invalidate":
                await gateway.invalidate(resumable=asked.get("resumable", False))
            case other:
                raise ValueError(f"{other}: drop, forget, reconnect or invalidate")
        return "done"

    async def do_messages(self, asked: Json) -> list[Json]:
        return [_written(each) for each in self._stand_in.messages(self._channel(asked))]

    async def do_requests(self, _asked: Json) -> list[str]:
        requests = self._stand_in.requests
        return [f"{each.method} {each.path} {each.status} {', '.join(each.files)}".rstrip() for each in requests]

    async def do_violations(self, _asked: Json) -> list[str]:
        return self._stand_in.violations


def _called(named: Iterable[Named], name: str) -> Named:
    found = next((each for each in named if each.name == name), None)
    if found is None:
        raise LookupError(f"nobody and nothing is called {name}")
    return found


def _pretty(answer: object) -> str:
    return json.dumps(answer, indent=1, ensure_ascii=False) + "\n"


def _written(message: Message) -> Json:
    """A message as a person sees it."""
    return {
        "id": str(message.id),
        "author": message.author.name,
        "text": message.text,
        "thinking": message.loading,
        "private to": message.seen_by.name if message.seen_by else None,
        "files": {file.filename: len(file.content) for file in message.attachments},
        "buttons": [_face(button) for button in message.buttons()],
        "reactions": {emoji: [who.name for who in people] for emoji, people in message.reactions.items()},
        "edits": message.edits,
    }


def _face(button: Json) -> str:
    emoji = (button.get("emoji") or {}).get("name", "")
    return f"{emoji} {button.get('label') or button.get('placeholder') or ''}".strip()
