"""The HTTP side: requests are read, recorded, met with faults, carried out and answered."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from bot.standin.faults import Hold, Lose, Recorded, Refuse
from bot.standin.rest import downloads, resources, webhooks
from bot.standin.rules.refusals import RefusedError

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from bot.standin.faults import Fault
    from bot.standin.state import State

API, GATEWAY = "/api/v10", "/gateway"
_LARGEST = 64 * 1024 * 1024


def application(state: State) -> web.Application:
    """Everything that the bot may ask, and its files."""
    app = web.Application(client_max_size=_LARGEST, middlewares=[refuse_strangers])
    app.router.add_get(GATEWAY, state.gateway.serve)
    app.router.add_get(downloads.PATH, downloads.Downloads(state).handle)
    for method, path, handler in (*resources.ROUTES, *webhooks.ROUTES):
        app.router.add_route(method, API + path, _door(state, handler))
    app.router.add_route("*", API + "/{rest:.*}", _door(state, _unknown))
    return app


@web.middleware
async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer no page of another address: one that is open in the same browser could reach loopback, too."""
    host = request.host.partition(":")[0]
    own = f"http://{request.host}"
    if host not in {"127.0.0.1", "localhost"} or request.headers.get("Origin", own) != own:
        raise web.HTTPForbidden
    # A foreign page's picture or link names no origin, and its address may carry a verb. The page itself may be linked.
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"} and request.path != "/":
        raise web.HTTPForbidden
    return await handler(request)


async def _unknown(_state: State, request: Recorded, _where: dict[str, str]) -> None:
    raise RefusedError(0, [f"{request.method} {request.path} is no route of the stand-in"], status=404)


def _door(state: State, handler: Any) -> Any:
    async def handle(request: web.Request) -> web.Response:
        recorded = await _read(request)
        state.requests.append(recorded)
        fault = state.faults.take(recorded)
        if isinstance(fault, Hold) and not fault.performed:
            await _wait(state, fault)
            if fault.cut:
                return _cut(request, recorded, web.Response(status=500))
        refused = _refusal(fault)
        response = refused or await _perform(state, handler, recorded, request)
        if isinstance(fault, Hold) and fault.performed:
            await _wait(state, fault)
        if isinstance(fault, Lose) or (isinstance(fault, Hold) and fault.cut):
            return _cut(request, recorded, response)
        recorded.status = response.status
        state.changes.tell()
        return response

    return handle


async def _wait(state: State, fault: Hold) -> None:
    fault.arrived.set()
    state.changes.tell()
    await fault.released.wait()


def _refusal(fault: Fault | None) -> web.Response | None:
    if isinstance(fault, Lose) and not fault.performed:
        return web.Response(status=500)
    if not isinstance(fault, Refuse):
        return None
    if fault.status == 429:
        body = {"message": "You are being rate limited.", "retry_after": fault.retry_after, "global": False}
        # discord.py takes a 429 without Via for a ban.
        headers = {"Via": "1.1 stand-in", "Retry-After": "1", "X-RateLimit-Scope": "user"}
        return _json(body, status=429, headers=headers)
    answer = RefusedError(fault.code, status=fault.status)
    return _json(answer.body(), status=fault.status)


async def _perform(state: State, handler: Any, recorded: Recorded, request: web.Request) -> web.Response:
    try:
        if not _allowed(state, recorded):
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        answer = await handler(state, recorded, dict(request.match_info))
    except RefusedError as refused:
        if refused.problems or refused.code in {0, 40060, 50006, 10062}:
            state.violations.append(f"{recorded.method} {recorded.path}: {refused}")
        return _json(refused.body(), status=refused.status)
    recorded.took_effect = True
    _compare(state, recorded)
    state.changes.tell()
    return web.Response(status=204) if answer is None else _json(answer)


def _compare(state: State, recorded: Recorded) -> None:
    """Note what was carried out although Discord's description says otherwise."""
    body = recorded.data.get("list", recorded.data)
    for problem in state.description.problems(recorded.method, recorded.path, body):
        state.violations.append(f"{recorded.method} {recorded.path}: {problem}")


def _allowed(state: State, recorded: Recorded) -> bool:
    if recorded.path.startswith(("/webhooks/", "/interactions/")):
        return True
    return recorded.headers.get("Authorization") == f"Bot {state.token}"


def _cut(request: web.Request, recorded: Recorded, response: web.Response) -> web.Response:
    recorded.status = 0
    if request.transport is not None:
        request.transport.abort()
    return response


def _json(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # discord.py reads JSON only where the type says nothing more.
    headers = {**(headers or {}), "Content-Type": "application/json"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)


async def _read(request: web.Request) -> Recorded:
    recorded = Recorded(
        request.method,
        request.path.removeprefix(API),
        query=dict(request.query),
        headers=dict(request.headers),
        at=time.monotonic(),
        peer_port=request.transport.get_extra_info("peername")[1] if request.transport else 0,
    )
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader):
                await _read_part(part, recorded)
    elif request.can_read_body:
        body = await request.json()
        recorded.data = body if isinstance(body, dict) else {"list": body}
    return recorded


async def _read_part(part: BodyPartReader, recorded: Recorded) -> None:
    content = bytes(await part.read())
    name = part.name or ""
    if name == "payload_json":
        payload = json.loads(content)
        # The first answer to an interaction has its message inside.
        recorded.data = payload
    else:
        index = int(name.removeprefix("files[").removesuffix("]"))
        filename = part.filename or f"file{index}"
        recorded.files[filename], recorded.indices[index] = content, filename
