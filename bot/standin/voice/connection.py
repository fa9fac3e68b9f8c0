"""One conversation of a voice gateway with the bot, version 8 of Discord's protocol."""

from __future__ import annotations

import json
import secrets
import struct
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from bot.standin.voice.group import EXECUTE_TRANSITION, TRANSITION_READY

if TYPE_CHECKING:
    from bot.standin.voice.open_sessions import OpenSessions
    from bot.standin.voice.session import VoiceSession
    from bot.standin.world import Json

IDENTIFY, SELECT_PROTOCOL, READY, HEARTBEAT, DESCRIPTION, SPEAKING = 0, 1, 2, 3, 4, 5
ACKNOWLEDGED, RESUME, HELLO, RESUMED, CLIENTS_CONNECT = 6, 7, 8, 9, 11

MODE = "aead_xchacha20_poly1305_rtpsize"
NO_SESSION, ENCRYPTION_REQUIRED = 4006, 4017
_HEARTBEAT_MS = 13_750


class VoiceConnection:
    """A websocket of the voice gateway."""

    def __init__(self, sessions: OpenSessions) -> None:
        self._sessions = sessions
        self._socket = web.WebSocketResponse(compress=False, timeout=0.5)
        self._session: VoiceSession | None = None
        self._sequence = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Talk to a bot until one of the two hangs up."""
        await self._socket.prepare(request)
        await self._send(HELLO, {"heartbeat_interval": _HEARTBEAT_MS, "v": 8}, counted=False)
        async for incoming in self._socket:
            if incoming.type is WSMsgType.TEXT:
                message = json.loads(incoming.data)
                await self._receive(message["op"], message["d"])
            elif incoming.type is WSMsgType.BINARY and self._session is not None:
                await self._session.group.receive(incoming.data[0], incoming.data[1:])
                self._sessions.tell()
        if self._session is not None:
            self._session.hung_up(self.close)
        self._sessions.tell()
        return self._socket

    async def close(self, code: int) -> None:
        """Hang up."""
        await self._socket.close(code=code)

    async def _receive(self, opcode: int, data: Any) -> None:
        match opcode:
            case code if code == IDENTIFY:
                await self._identify(data)
            case code if code == RESUME:
                await self._resume(data)
            case code if code == HEARTBEAT:
                await self._send(ACKNOWLEDGED, {"t": data["t"]}, counted=False)
            case code if self._session is None:
                await self.close(NO_SESSION)
            case code if code == SELECT_PROTOCOL:
                await self._describe(self._session, data)
            case code if code == SPEAKING:
                self._session.speaking = bool(data["speaking"])
            case code if code == TRANSITION_READY:
                await self._send(EXECUTE_TRANSITION, {"transition_id": data["transition_id"]})
        self._sessions.tell()

    async def _identify(self, wanted: Json) -> None:
        session = self._sessions.session(wanted)
        if session is None:
            await self.close(NO_SESSION)
        elif self._sessions.refuses_encryption or not wanted.get("max_dave_protocol_version"):
            await self.close(ENCRYPTION_REQUIRED)
        else:
            self._session = session
            session.took_up(self.close)
            host, port = self._sessions.udp_address
            ready = {"ssrc": session.source, "ip": host, "port": port, "modes": ["aead_aes256_gcm_rtpsize", MODE]}
            await self._send(READY, ready)

    async def _resume(self, wanted: Json) -> None:
        session = self._sessions.session(wanted)
        if session is None or not session.established:
            await self.close(NO_SESSION)
            return
        self._session = session
        session.resumed += 1
        session.took_up(self.close)
        await self._send(RESUMED, None)

    async def _describe(self, session: VoiceSession, wanted: Json) -> None:
        if wanted["data"]["mode"] != MODE:
            await self.close(4016)
            return
        session.key = secrets.token_bytes(32)
        self._sessions.receive_from(session)
        others = [str(person.id) for person in session.group.listeners]
        if others:
            await self._send(CLIENTS_CONNECT, {"user_ids": others})
        described = {"mode": MODE, "secret_key": list(session.key), "dave_protocol_version": 1, "audio_codec": "opus"}
        await self._send(DESCRIPTION, described)
        await session.group.bot_comes(self._send_binary)
        session.established = True

    async def _send(self, opcode: int, data: Json | None, *, counted: bool = True) -> None:
        message: Json = {"op": opcode, "d": data}
        if counted:
            self._sequence += 1
            message["seq"] = self._sequence
        if not self._socket.closed:
            await self._socket.send_str(json.dumps(message))

    async def _send_binary(self, opcode: int, data: bytes) -> None:
        self._sequence += 1
        if not self._socket.closed:
            await self._socket.send_bytes(struct.pack(">HB", self._sequence, opcode) + data)
