"""Somebody who listens: decrypts what arrives and keeps the Opus packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import davey

if TYPE_CHECKING:
    from bot.standin.world import Person

SILENCE = b"\xf8\xff\xfe"
"""The Opus packet that ends every stretch of sound. Nobody encrypts it."""


@dataclass(frozen=True, slots=True)
class HeardPacket:
    """A packet as it was heard.

    Attributes:
        sequence: Its number in the stream, modulo 2**16.
        timestamp: Frames at 48 kHz since the stream began, modulo 2**32.
        opus: Opus packet of 20 ms; None where it could not be decrypted.
        at: Moment when it arrived, in seconds of the monotonic clock.
    """

    sequence: int
    timestamp: int
    opus: bytes | None
    at: float


class VoiceListener:
    """A person in a voice channel, with a session of end-to-end encryption of their own.

    Attributes:
        session: Member of the group; a new one whenever the group begins anew.
        heard: All packets since they came, in the order of arrival.
    """

    def __init__(self, person: Person, channel_id: int) -> None:
        self.person = person
        self.session = davey.DaveSession(davey.DAVE_PROTOCOL_VERSION, person.id, channel_id)
        self.heard: list[HeardPacket] = []

    def begin_anew(self, channel_id: int, sender: bytes) -> None:
        """Forget the group; `sender` is the package of whoever proposes members of the next one."""
        self.session = davey.DaveSession(davey.DAVE_PROTOCOL_VERSION, self.person.id, channel_id)
        self.session.set_external_sender(sender)

    def hear(self, speaker_id: int, sequence: int, timestamp: int, packet: bytes, at: float) -> None:
        """Note a packet, decrypted if it can be."""
        self.heard.append(HeardPacket(sequence, timestamp, self._decrypted(speaker_id, packet), at))

    def _decrypted(self, speaker_id: int, packet: bytes) -> bytes | None:
        if packet == SILENCE:
            return packet
        try:
            return self.session.decrypt(speaker_id, davey.MediaType.audio, packet)
        except Exception:  # noqa: BLE001 - davey raises plain ValueErrors and RuntimeErrors
            return None

    @property
    def unheard(self) -> int:
        """Packets that could not be decrypted."""
        return sum(packet.opus is None for packet in self.heard)
