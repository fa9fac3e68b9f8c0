"""Sound over UDP: finding one's address, and RTP encrypted with `aead_xchacha20_poly1305_rtpsize`."""

from __future__ import annotations

import asyncio
import struct
import time
from typing import TYPE_CHECKING

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
from nacl.exceptions import CryptoError

if TYPE_CHECKING:
    from collections.abc import Callable

    Hear = Callable[[int, int, bytes, float], None]

_DISCOVERY = struct.Struct(">HHI64sH")
_ASK, _ANSWER, _LENGTH = 1, 2, 70
_HEADER = struct.Struct(">BBHII")
_VERSION_2, _OPUS = 0x80, 0x78
_NONCE_BYTES, _NONCE_SENT = 24, 4


class SoundReceiver(asyncio.DatagramProtocol):
    """The server's end of UDP.

    Attributes:
        streams: For each source of sound, its key and whoever is to hear it.
        losing: Datagrams that are lost from now on.
        lost: Datagrams that were.
        undecryptable: Packets with a wrong key, or for nobody.
    """

    def __init__(self) -> None:
        self.streams: dict[int, tuple[bytes, Hear]] = {}
        self.losing = self.lost = self.undecryptable = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._addresses: dict[int, tuple[str, int]] = {}

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]  # of UDP, always
        """Note where to send."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a question for an address, or hear a packet."""
        if self.losing:
            self.losing -= 1
            self.lost += 1
        elif len(data) == _DISCOVERY.size and data[:2] == struct.pack(">H", _ASK):
            self._answer(data, addr)
        else:
            self._hear(data)

    def _answer(self, data: bytes, addr: tuple[str, int]) -> None:
        _, _, source, _, _ = _DISCOVERY.unpack(data)
        self._addresses[source] = addr
        host, port = addr
        self._send(_DISCOVERY.pack(_ANSWER, _LENGTH, source, host.encode(), port), addr)

    def nudge(self, source: int) -> None:
        """Send a datagram that says nothing: whoever waits for one looks whether to go on waiting."""
        if source in self._addresses:
            self._send(b"\0" * 8, self._addresses[source])

    def _send(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None:
            self._transport.sendto(data, addr)

    def _hear(self, data: bytes) -> None:
        at = time.monotonic()
        if len(data) < _HEADER.size + _NONCE_SENT:
            return
        first, kind, sequence, timestamp, source = _HEADER.unpack_from(data)
        if (first, kind) != (_VERSION_2, _OPUS) or source not in self.streams:
            self.undecryptable += 1
            return
        key, hear = self.streams[source]
        header, content, nonce = data[: _HEADER.size], data[_HEADER.size : -_NONCE_SENT], data[-_NONCE_SENT:]
        try:
            packet = crypto_aead_xchacha20poly1305_ietf_decrypt(content, header, nonce.ljust(_NONCE_BYTES, b"\0"), key)
        except CryptoError:
            self.undecryptable += 1
            return
        hear(sequence, timestamp, packet, at)
