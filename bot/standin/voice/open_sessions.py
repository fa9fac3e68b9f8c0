"""Which bots are let into the voice gateway, and whose sound is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.standin.voice.transport import SoundReceiver

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.standin.voice.session import VoiceSession
    from bot.standin.world import Json


class OpenSessions:
    """The sessions that the main gateway has promised.

    Attributes:
        sound: Socket for sound, with its faults.
        udp_address: Where it is.
        refuses_encryption: Whether to close with 4017, as for a bot without end-to-end encryption.
        tell: Called whenever something has changed.
    """

    def __init__(self) -> None:
        self.sound = SoundReceiver()
        self.udp_address = ("127.0.0.1", 0)
        self.refuses_encryption = False
        self.tell: Callable[[], None] = lambda: None
        self._sessions: dict[str, VoiceSession] = {}

    def expect(self, session: VoiceSession) -> None:
        """Let the bot in that shows what belongs to this session."""
        self._sessions[session.id] = session

    def session(self, shown: Json) -> VoiceSession | None:
        """The session of a bot that identifies itself or resumes; None if it has none."""
        session = self._sessions.get(shown["session_id"])
        if session is None or (shown["token"], shown["server_id"]) != (session.token, str(session.guild.id)):
            return None
        return session

    def receive_from(self, session: VoiceSession) -> None:
        """Hear the session's stream of sound."""

        def hear(sequence: int, timestamp: int, packet: bytes, at: float) -> None:
            session.group.hear(session.bot.id, sequence, timestamp, packet, at)
            self.tell()

        self.sound.streams[session.source] = session.key, hear
        self.sound.nudge(session.source)

    def forget(self, session: VoiceSession) -> None:
        """End a session: neither its websocket nor its sound is taken any more."""
        self._sessions.pop(session.id, None)
        self.sound.streams.pop(session.source, None)
