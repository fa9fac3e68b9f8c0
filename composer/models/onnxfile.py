"""The envelope of an ONNX file: its metadata and its graph's bytes, found without loading the model.

ONNX Runtime tells a file's metadata only once it has made a session, 20 to 70 ms and all the weights; a list of
models needs nothing but the cards. The format is that of protocol buffers: fields of (number, type) key and value.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CARD = "cadenza"
"""Key of the card in the file's metadata."""

CHECKSUM = "cadenza_graph_sha256"
"""Key of the SHA-256 of the graph's bytes, in hex."""

# Field numbers of ModelProto and StringStringEntryProto in onnx.proto3.
_GRAPH, _METADATA = 7, 14
_KEY, _VALUE = 1, 2

_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_LONGEST_VARINT = 10


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is around the weights.

    Attributes:
        metadata: The file's own keys and values.
        intact: Whether the graph is the one whose checksum stands in the metadata.
    """

    metadata: dict[str, str]
    intact: bool


def read(data: bytes) -> Envelope:
    """Find metadata and graph in the bytes of an ONNX file.

    Raises:
        ValueError: If they are not those of one whole ONNX file.
    """
    metadata: dict[str, str] = {}
    graph = memoryview(b"")
    for number, value in _fields(memoryview(data)):
        if number == _GRAPH:
            graph = value
        elif number == _METADATA:
            entry = dict(_fields(value))
            metadata[bytes(entry.get(_KEY, b"")).decode()] = bytes(entry.get(_VALUE, b"")).decode()
    return Envelope(metadata, checksum(graph) == metadata.get(CHECKSUM))


def checksum(graph: bytes | memoryview) -> str:
    """What stands under `CHECKSUM` for a graph of these bytes."""
    return hashlib.sha256(graph).hexdigest()


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and bytes of each field; no bytes for numbers."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        wire = key & 7
        if wire == _VARINT:
            length, (_, end) = 0, _varint(message, place)
        elif wire == _BYTES:
            length, place = _varint(message, place)
            end = place + length
        elif wire in {_EIGHT_BYTES, _FOUR_BYTES}:
            length, end = 0, place + (8 if wire == _EIGHT_BYTES else 4)
        else:
            raise ValueError("not a protocol buffer")
        if end > len(message):
            raise ValueError("the end is missing")
        yield key >> 3, message[place : place + length]
        place = end


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """The number at `place` and the place after it."""
    value = 0
    for index, byte in enumerate(message[place : place + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:  # noqa: PLR2004 - the bit that says "more follows"
            return value, place + index + 1
    raise ValueError("the end is missing")
