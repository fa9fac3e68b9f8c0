"""Sound as Opus packets, and discord.py's source of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import opus

if TYPE_CHECKING:
    from bot.pipeline.renditions import Packets

_KILOBITS = 96
"""A second: enough for music in stereo, and what most voice channels take."""

_BYTES = opus.Encoder.FRAME_SIZE
"""Bytes of 20 ms of samples."""


def encode_packets(samples: bytes) -> Packets:
    """Encode samples of 16 bits at 48 kHz, left and right in turns; the last packet is filled up with silence."""
    encoder = opus.Encoder(
        application="audio",
        bitrate=_KILOBITS,
        fec=False,
        expected_packet_loss=0.05,
        bandwidth="full",
        signal_type="music",
    )
    frames = (samples[start : start + _BYTES].ljust(_BYTES, b"\0") for start in range(0, len(samples), _BYTES))
    return tuple(encoder.encode(frame, encoder.SAMPLES_PER_FRAME) for frame in frames)


class PacketSource(discord.AudioSource):
    """Plays packets from first to last; who is interrupted goes on where it was."""

    def __init__(self, packets: Packets) -> None:
        """Begin with the first."""
        self._packets = packets
        self._next = 0

    @property
    def ended(self) -> bool:
        """Whether all was played."""
        return self._next >= len(self._packets)

    def is_opus(self) -> bool:
        """It needs no encoder."""
        return True

    def read(self) -> bytes:
        """The next packet; nothing at the end."""
        if self.ended:
            return b""
        packet = self._packets[self._next]
        self._next += 1
        return packet
