"""The page over HTTP: its files, a stream of what changes, and the verbs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.standin.page import view
from bot.standin.page.actions import Actions
from bot.standin.page.bot_life import Elsewhere

if TYPE_CHECKING:
    from bot.standin.page.bot_life import BotLife
    from bot.standin.server import StandIn
    from bot.standin.world import Json, Person

STATIC = Path(__file__).parent / "static"
POLICY = "default-src 'self'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
"""Nothing comes from another address, and no script stands in the page."""

_GATHERING = 0.03
"""Seconds in which what changes together is gathered into one event."""

_KEEP_ALIVE = 15.0
"""Seconds after which a stream that has nothing to say says so: only writing shows that nobody listens any more."""


class Page:
    """The page of a stand-in."""

    def __init__(self, stand_in: StandIn, life: BotLife | None = None) -> None:
        self._state = stand_in.state
        self._life = life or Elsewhere()
        self._actions = Actions(stand_in, self._life)

    def add_to(self, app: web.Application) -> None:
        """Answer at / and under /page/."""
        app.router.add_get("/", self._index)
        app.router.add_get("/page/changes", self._changes)
        app.router.add_post("/page/upload", self._upload)
        app.router.add_post("/page/do/{verb}", self._do)
        app.router.add_get("/page/{file:.+}", _static)

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return _file(STATIC / "index.html")

    async def _do(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await self._actions.do(request.match_info["verb"], await request.json()))
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        name = request.query.get("name", "")
        if not name:
            raise web.HTTPBadRequest(text="A file needs a name.")
        return web.json_response(self._actions.upload(name, await request.read()))

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Tell a page what a person sees, then whatever changes of it, until nobody listens."""
        me = self._person(request.query.get("me", ""))
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await stream.prepare(request)
        told: dict[str, str] = {}
        changes = self._state.changes
        try:
            while True:
                seen = changes.count
                await stream.write(_event(self._seen_by(me), told))
                try:
                    await changes.until(lambda seen=seen: changes.count != seen, seconds=_KEEP_ALIVE)  # type: ignore[misc]
                except TimeoutError:
                    continue
                await asyncio.sleep(_GATHERING)
        except ConnectionError:
            return stream

    def _person(self, name: str) -> Person:
        """Whose name or id it is; the first of the people otherwise."""
        people = [each for each in self._state.people if each is not self._state.owner]
        return next((each for each in people if name in {each.name, str(each.id)}), people[0])

    def _seen_by(self, me: Person) -> dict[str, Json]:
        seen = {f"message {each['id']}": each for each in view.messages(self._state, me)}
        return {"world": view.world(self._state, me, self._life), "commands": view.commands(self._state, me), **seen}


def _event(seen: dict[str, Json], told: dict[str, str]) -> bytes:
    """What differs from what was told, which it brings up to date; a comment where nothing does."""
    written = {key: json.dumps(each, ensure_ascii=False) for key, each in seen.items()}
    changed = [f"{json.dumps(key)}: {text}" for key, text in written.items() if told.get(key) != text]
    changed += [f"{json.dumps(key)}: null" for key in told if key not in written]
    told.clear()
    told.update(written)
    return f"data: {{{', '.join(changed)}}}\n\n".encode() if changed else b": nothing new\n\n"


async def _static(request: web.Request) -> web.StreamResponse:
    path = (STATIC / request.match_info["file"]).resolve()
    if STATIC not in path.parents or not path.is_file():
        raise web.HTTPNotFound
    return _file(path)


def _file(path: Path) -> web.FileResponse:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return web.FileResponse(path, headers=headers)
