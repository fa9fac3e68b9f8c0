"""The messages of MLS that a voice server itself writes and reads, after RFC 9420 and Discord's DAVE protocol 1.1.

The server is no member of the group. It proposes who is added or removed, as the external sender that all members
know. A member answers with a commit, and with a welcome for whoever is new.
"""

from __future__ import annotations

import struct

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_MLS10 = struct.pack(">H", 1)
_PUBLIC_MESSAGE = struct.pack(">H", 1)
_EXTERNAL = bytes([2]) + struct.pack(">I", 0)
"""Sender of the kind `external`, the first in the group's list of them."""

_PROPOSAL = bytes([2])
_ADD, _REMOVE = struct.pack(">H", 1), struct.pack(">H", 3)
_BASIC_CREDENTIAL = struct.pack(">H", 1)
_MEMBER_SENDER = 1
_FROM_KEY_PACKAGE, _FROM_COMMIT = 1, 3
"""Kinds of leaf nodes that carry more than an update does."""


class ExternalSender:
    """The server as the sender of proposals, with a key of its own."""

    def __init__(self) -> None:
        """Make a new key."""
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def package(self) -> bytes:
        """What members must know of the sender, as opcode 25 carries it."""
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return _vector(point) + _BASIC_CREDENTIAL + _vector(b"stand-in")

    def add(self, key_package: bytes, *, group_id: int, epoch: int) -> bytes:
        """A proposal to add whoever made the key package, signed for that epoch of the group."""
        return self._proposal(_ADD + key_package, group_id=group_id, epoch=epoch)

    def remove(self, leaf: int, *, group_id: int, epoch: int) -> bytes:
        """A proposal to remove the member at that leaf of the tree."""
        return self._proposal(_REMOVE + struct.pack(">I", leaf), group_id=group_id, epoch=epoch)

    def _proposal(self, proposal: bytes, *, group_id: int, epoch: int) -> bytes:
        """An MLSMessage, as opcode 27 carries a list of them."""
        group = _vector(struct.pack(">Q", group_id)) + struct.pack(">Q", epoch)
        content = group + _EXTERNAL + _vector(b"") + _PROPOSAL + proposal
        signed = _MLS10 + _PUBLIC_MESSAGE + content
        labelled = _vector(b"MLS 1.0 FramedContentTBS") + _vector(signed)
        return signed + _vector(self._key.sign(labelled, ec.ECDSA(hashes.SHA256())))


def proposals(messages: list[bytes]) -> bytes:
    """Proposals to append, as opcode 27 carries them."""
    return bytes([0]) + _vector(b"".join(messages))


def split_commit(data: bytes) -> tuple[bytes, bytes]:
    """Part what a member sends with opcode 28: its commit, and the welcome behind it, which may be empty.

    Raises:
        ValueError: It does not begin with a commit.
    """
    reader = _MessageReader(data)
    if reader.take(4) != _MLS10 + _PUBLIC_MESSAGE:
        raise ValueError("this is no public message of MLS 1.0")
    reader.skip_vectors(1)  # the group
    reader.take(8)  # the epoch
    if reader.byte() != _MEMBER_SENDER:
        raise ValueError("no member sent it")
    reader.take(4)  # the sender's leaf
    reader.skip_vectors(1)  # data beside
    reader.byte()  # kind of content
    reader.skip_vectors(1)  # the proposals
    if reader.byte():
        _skip_leaf(reader)
        reader.skip_vectors(1)  # nodes of the path
    reader.skip_vectors(3)  # signature, confirmation and membership
    return data[: reader.place], data[reader.place :]


def _skip_leaf(reader: _MessageReader) -> None:
    reader.skip_vectors(2)  # keys
    reader.take(2)
    reader.skip_vectors(1)  # the credential
    reader.skip_vectors(5)  # capabilities
    match reader.byte():
        case kind if kind == _FROM_KEY_PACKAGE:
            reader.take(16)  # lifetime
        case kind if kind == _FROM_COMMIT:
            reader.skip_vectors(1)  # hash of the parent
    reader.skip_vectors(2)  # extensions and signature


class _MessageReader:
    """Reads from the front; lengths are those of RFC 9000, section 16."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def take(self, count: int) -> bytes:
        taken = self._data[self.place : self.place + count]
        if len(taken) < count:
            raise ValueError("the end is missing")
        self.place += count
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def skip_vectors(self, count: int) -> None:
        for _ in range(count):
            first = self.byte()
            rest = self.take((1 << (first >> 6)) - 1)
            self.take(int.from_bytes(bytes([first & 0x3F]) + rest))


def _vector(content: bytes) -> bytes:
    """Content behind its length."""
    length = len(content)
    if length < 1 << 6:
        return bytes([length]) + content
    if length < 1 << 14:
        return struct.pack(">H", length | 1 << 14) + content
    return struct.pack(">I", length | 1 << 31) + content
