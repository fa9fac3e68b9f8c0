"""Sets of numbers that stand for runs of music: enough to know a run again, too little to play it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))


def mix_bits(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread over 64 bits (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators")."""
    numbers = numbers + _GOLDEN
    for shift, factor in zip(_SHIFTS, _FACTORS, strict=False):
        numbers = (numbers ^ (numbers >> shift)) * factor
    return numbers ^ (numbers >> _SHIFTS[-1])


def is_among(numbers: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether each number is among the known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(numbers), bool)
    places = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    found: NDArray[np.bool_] = known[places] == numbers
    return found


def pack_numbers(numbers: NDArray[np.uint64], **beside: float | str) -> bytes:
    """A file of numbers, which are sorted, and of some values beside them."""
    # Steps between sorted numbers are small; their high bytes, side by side, are compressed to almost nothing.
    planes = np.diff(numbers, prepend=np.uint64(0)).view(np.uint8).reshape(-1, 8).T
    file = BytesIO()
    values = {name: np.array(value) for name, value in beside.items()}
    np.savez_compressed(file, allow_pickle=False, planes=np.ascontiguousarray(planes), **values)
    return file.getvalue()


def unpack_numbers(data: bytes) -> tuple[NDArray[np.uint64], dict[str, str]]:
    """What `pack_numbers` packed; the values beside them as text.

    Raises:
        ValueError: If the file is damaged.
    """
    try:
        with np.load(BytesIO(data)) as kept:
            steps = np.ascontiguousarray(kept["planes"].T).view(np.uint64)
            beside = {name: str(kept[name]) for name in kept.files if name != "planes"}
    except (OSError, KeyError, EOFError, BadZipFile) as error:
        raise ValueError("the numbers are damaged") from error
    return np.cumsum(steps, dtype=np.uint64).ravel(), beside
