"""Tokens to bytes and back: a rated piece is kept as what the network said."""

from __future__ import annotations

import zlib
from array import array
from sys import byteorder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def pack(tokens: Sequence[int]) -> bytes:
    """Little-endian 16-bit numbers, compressed; each token is below 65536."""
    return zlib.compress(_little(array("H", tokens)).tobytes())


def unpack(data: bytes) -> tuple[int, ...]:
    """The tokens that `pack` was given.

    Raises:
        ValueError: If the bytes are not whole.
    """
    try:
        numbers = array("H", zlib.decompress(data))
    except zlib.error as error:
        raise ValueError("these are no packed tokens") from error
    return tuple(_little(numbers))


def _little(numbers: array[int]) -> array[int]:
    if byteorder == "big":
        numbers.byteswap()
    return numbers
