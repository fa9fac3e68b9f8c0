"""The gateway: a websocket that tells the bot what happens, and can be lost and found again."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from bot.standin import payloads

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.standin.changes import Changes
    from bot.standin.world import Guild, Json, Person

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACKNOWLEDGED = 0, 1, 2, 6, 7, 9, 10, 11

GUILDS, MEMBERS, VOICE_STATES, PRESENCES = 1 << 0, 1 << 1, 1 << 7, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS = 1 << 9, 1 << 10
DIRECT_MESSAGES, DIRECT_REACTIONS, MESSAGE_CONTENT = 1 << 12, 1 << 13, 1 << 15
PRIVILEGED = MEMBERS | PRESENCES | MESSAGE_CONTENT

_INTENTS = {
    "GUILD_CREATE": (GUILDS, GUILDS),
    "GUILD_DELETE": (GUILDS, GUILDS),
    "CHANNEL_DELETE": (GUILDS, GUILDS),
    "VOICE_STATE_UPDATE": (VOICE_STATES, VOICE_STATES),
    **dict.fromkeys(("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"), (GUILD_MESSAGES, DIRECT_MESSAGES)),
    **dict.fromkeys(
        tuple(f"MESSAGE_REACTION_{what}" for what in ("ADD", "REMOVE", "REMOVE_ALL", "REMOVE_EMOJI")),
        (GUILD_REACTIONS, DIRECT_REACTIONS),
    ),
}
"""What a bot must have asked for to be told, in a guild and in direct messages; all else it is always told."""


class Connection:
    """One websocket, compressed as a stream where the bot asked for it."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._socket = web.WebSocketResponse(compress=False, max_msg_size=0, timeout=0.5)
        self._stream = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None

    async def open(self) -> web.WebSocketResponse:
        await self._socket.prepare(self._request)
        return self._socket

    async def send(self, op: int, data: Any = None, **more: Any) -> None:
        """Send, unless nobody is there any more."""
        text = json.dumps({"op": op, "d": data, "s": None, "t": None, **more})
        try:
            if self._stream is None:
                await self._socket.send_str(text)
            else:
                await self._socket.send_bytes(
                    self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
                )
        except ConnectionError:
            return

    async def close(self, code: int) -> None:
        await self._socket.close(code=code)

    def cut(self) -> None:
        """End the connection without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()


@dataclass(eq=False, slots=True)
class Session:
    """What the bot has been told since it identified itself."""

    intents: int
    shard: int = 0
    count: int = 1
    connection: Connection | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    told: list[Json] = field(default_factory=list)
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)
    ready: bool = False
    over: bool = False

    def has(self, guild_id: int | None) -> bool:
        """Whether a guild's events are for it; those of direct messages are for the first shard."""
        return self.shard == (0 if guild_id is None else (guild_id >> 22) % self.count)


class Gateway:
    """The gateway of one bot, in as many shards as it wants.

    Attributes:
        identified, resumed: How often a session began, and how often it went on.
        heartbeats: How many came.
        presences: What the bot showed beside its name, the latest last; a new session begins with its first.
        away: Whether whoever comes is sent away.
        sent_away: How often that was done.
        voice: What to do where the bot wants into a voice channel, or out of it; nothing without a voice server.
        recommended: Shards that a bot is told to have.
        required: Shards that it must have at least.
        limit: What a bot is told of how many sessions it may yet begin.
    """

    def __init__(self, bot: Person, token: str, guilds: list[Guild], changes: Changes) -> None:
        self._bot, self._token, self._guilds, self._changes = bot, token, guilds, changes
        self._sessions: dict[int, Session] = {}
        self.url = ""
        self.identified = self.resumed = self.heartbeats = self.sent_away = 0
        self.presences: list[Json] = []
        self.away = False
        self.voice: Callable[[Json], Awaitable[None]] | None = None
        self.recommended = self.required = 1
        self.limit = {"total": 1000, "remaining": 1000, "reset_after": 14_400_000, "max_concurrency": 1}

    @property
    def connected(self) -> bool:
        """Whether a bot is there that has been told of its guilds, all of them."""
        sessions = self._sessions.values()
        there = [each for each in sessions if each.connection is not None and each.ready]
        return bool(there) and len(there) == there[0].count

    @property
    def shards(self) -> list[int]:
        """The shards that are connected."""
        return sorted(each.shard for each in self._sessions.values() if each.connection is not None)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Talk to a bot until one of the two hangs up."""
        if self.away:
            self.sent_away += 1
            self._changes.tell()
            return web.Response(status=503)
        connection = Connection(request)
        socket = await connection.open()
        await connection.send(HELLO, {"heartbeat_interval": 41_250})
        async for incoming in socket:
            if incoming.type is WSMsgType.TEXT:
                await self._receive(connection, json.loads(incoming.data))
        for session in self._sessions.values():
            if session.connection is connection:
                session.connection = None
        self._changes.tell()
        return socket

    async def _receive(self, connection: Connection, message: Json) -> None:
        match message["op"]:
            case 1:
                self.heartbeats += 1
                await connection.send(ACKNOWLEDGED)
            case 2:
                await self._identify(connection, message["d"])
            case 3:
                self.presences.append(message["d"])
            case 4 if self.voice is not None:
                await self.voice(message["d"])
            case 6:
                await self._resume(connection, message["d"])
        self._changes.tell()

    async def _identify(self, connection: Connection, wanted: Json) -> None:
        shard, count = wanted.get("shard") or (0, 1)
        if wanted["token"] != self._token:
            await connection.close(4004)
        elif wanted["intents"] & PRIVILEGED:
            await connection.close(4014)
        elif not 0 <= shard < count:
            await connection.close(4010)
        elif count < self.required:
            await connection.close(4011)
        else:
            self.identified += 1
            self.limit["remaining"] -= 1
            self.presences.append(wanted.get("presence") or {})
            # Whoever counts its shards anew begins all of them anew.
            self._sessions = {number: each for number, each in self._sessions.items() if each.count == count}
            self._sessions[shard] = session = Session(wanted["intents"], shard, count, connection)
            await self._greet(session)

    async def _greet(self, session: Session) -> None:
        installed = [guild for guild in self._guilds if guild.installed and session.has(guild.id)]
        ready = {
            "v": 10,
            "user": payloads.user(self._bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in installed],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "session_type": "normal",
            "private_channels": [],
            "shard": [session.shard, session.count],
            "application": {"id": str(self._bot.id), "flags": 0},
        }
        await self._tell(session, "READY", ready)
        for guild in installed:
            await self._tell(session, "GUILD_CREATE", payloads.guild(guild, self._bot))
        session.ready = True

    async def _resume(self, connection: Connection, wanted: Json) -> None:
        session = next(
            (each for each in self._sessions.values() if each.id == wanted["session_id"] and not each.over), None
        )
        if session is None or wanted["token"] != self._token:
            await connection.send(INVALID, False)  # noqa: FBT003 - the protocol's own
            return
        async with session.sending:
            for told in session.told[wanted["seq"] :]:
                await connection.send(**told)
            session.connection = connection
        self.resumed += 1
        await self._tell(session, "RESUMED", {})

    async def tell(self, event: str, data: Json, *, guild: bool) -> None:
        """Let the bot know, now or when it resumes, if it asked for such events."""
        where = int(data.get("guild_id") or data["id"]) if guild else None
        for session in list(self._sessions.values()):
            if not session.over and session.has(where) and _asked(session.intents, event, guild=guild):
                await self._tell(session, event, data)

    async def _tell(self, session: Session, event: str, data: Json) -> None:
        async with session.sending:
            told: Json = {"op": DISPATCH, "t": event, "s": len(session.told) + 1, "data": data}
            session.told.append(told)
            if session.connection is not None:
                await session.connection.send(**told)

    async def beat(self) -> None:
        """Ask every shard for a heartbeat and wait for it: all that was told before has arrived then."""
        live = [each.connection for each in self._sessions.values() if each.connection is not None]
        expected = self.heartbeats + len(live)
        for connection in live or [self._live()]:
            await connection.send(HEARTBEAT)
        await self._changes.until(lambda: self.heartbeats >= expected, "a heartbeat")

    def drop(self, shard: int = 0) -> None:
        """Lose the connection; the session can be resumed."""
        self._live(shard).cut()
        self._sessions[shard].connection = None

    async def close(self, code: int, shard: int = 0) -> None:
        """Hang up with a close code."""
        await self._live(shard).close(code)

    async def ask_reconnect(self, shard: int = 0) -> None:
        """Send op 7: connect anew and resume."""
        await self._live(shard).send(RECONNECT)

    async def invalidate(self, shard: int = 0, *, resumable: bool = False) -> None:
        """Send op 9: the session is over, or can be resumed."""
        connection = self._live(shard)
        if not resumable:
            self.forget(shard)
        await connection.send(INVALID, resumable)

    def forget(self, shard: int = 0) -> None:
        """Forget the session, so that it cannot be resumed."""
        session = self._sessions.get(shard)
        if session is not None:
            session.over, session.ready = True, False

    def _live(self, shard: int = 0) -> Connection:
        session = self._sessions.get(shard)
        if session is None or session.connection is None:
            raise LookupError("no bot is connected")
        return session.connection


def _asked(intents: int, event: str, *, guild: bool) -> bool:
    in_guild, in_direct = _INTENTS.get(event, (-1, -1))
    return bool(intents & (in_guild if guild else in_direct))
