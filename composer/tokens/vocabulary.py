"""Which tokens there are, and the only place that knows their numbers.

A piece reads: START, then per bar BAR and per onset POSITION and its notes, then END. A note is PITCH,
which says its part as well, DURATION (left out when it equals that of the note before in the same chord
of the same part) and VELOCITY (left out when it equals that of the last note of its part). A drum note is
DRUM, without duration. PART tokens on change would cost half a token a note (2.8 instead of 2.4 on the
Chopin first editions); a pitch for each part costs 176 more types.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER, Metre, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

METRES = tuple(
    Metre(*pair)
    for pair in (
        (2, 4), (3, 4), (4, 4), (2, 2), (3, 2), (3, 8), (6, 8), (9, 8),
        (12, 8), (6, 4), (5, 4), (7, 4), (5, 8), (7, 8), (6, 16), (9, 16), (12, 16),
    )
)  # fmt: skip
"""The metres that the grammar knows, commonest first by family."""

LONGEST_BAR = max(metre.bar_ticks for metre in METRES)

LOWEST_PITCH, HIGHEST_PITCH = 21, 108
"""The piano's 88 keys."""

KEYS = HIGHEST_PITCH - LOWEST_PITCH + 1
PITCHED_PARTS = (Part.MELODY, Part.ACCOMPANIMENT, Part.BASS)

LOWEST_DRUM, HIGHEST_DRUM = 35, 81
"""General MIDI percussion keys."""

DURATIONS = (
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 21, 24, 28, 30, 32, 36, 40, 42, 48,
    54, 60, 66, 72, 84, 96, 120, 144, 168, 192, 240, 288, 384,
)  # fmt: skip
"""Ticks: every note value with dots and triplets, and the shortened staccato values that scores hold."""

VELOCITIES = tuple(range(25, 116, 10))
"""Ten steps from ppp to fff."""


class Kind(Enum):
    """What a token says."""

    START = "start"
    END = "end"
    BAR = "bar"
    POSITION = "position"
    PITCH = "pitch"
    DRUM = "drum"
    DURATION = "duration"
    VELOCITY = "velocity"


SIZES = {
    Kind.START: 1,
    Kind.END: 1,
    Kind.BAR: 1,
    Kind.POSITION: LONGEST_BAR,
    Kind.PITCH: len(PITCHED_PARTS) * KEYS,
    Kind.DRUM: HIGHEST_DRUM - LOWEST_DRUM + 1,
    Kind.DURATION: len(DURATIONS),
    Kind.VELOCITY: len(VELOCITIES),
}
OFFSETS = dict(zip(SIZES, accumulate(SIZES.values(), initial=0), strict=False))
VOCABULARY_SIZE = sum(SIZES.values())


@dataclass(frozen=True, slots=True)
class Event:
    """One token's meaning.

    Attributes:
        kind: What it says.
        value: A tick in the bar, a MIDI pitch or percussion key, a duration in ticks (one of
            `DURATIONS`) or a velocity (one of `VELOCITIES`); 0 for START, END and BAR.
        part: Who plays, for PITCH and DRUM.
    """

    kind: Kind
    value: int = 0
    part: Part | None = None


def _events(kind: Kind) -> Iterator[Event]:
    if kind is Kind.PITCH:
        pitches = range(LOWEST_PITCH, HIGHEST_PITCH + 1)
        yield from (Event(kind, pitch, part) for part in PITCHED_PARTS for pitch in pitches)
    elif kind is Kind.DRUM:
        yield from (Event(kind, drum, Part.DRUMS) for drum in range(LOWEST_DRUM, HIGHEST_DRUM + 1))
    elif kind is Kind.DURATION:
        yield from (Event(kind, ticks) for ticks in DURATIONS)
    elif kind is Kind.VELOCITY:
        yield from (Event(kind, velocity) for velocity in VELOCITIES)
    else:
        yield from (Event(kind, value) for value in range(SIZES[kind]))


EVENTS = tuple(event for kind in SIZES for event in _events(kind))
"""Event by token."""

_TOKENS = {event: token for token, event in enumerate(EVENTS)}

START = _TOKENS[Event(Kind.START)]
END = _TOKENS[Event(Kind.END)]
BAR = _TOKENS[Event(Kind.BAR)]


def token_of(kind: Kind, value: int = 0, part: Part | None = None) -> int:
    """Token of an event, 0 <= token < VOCABULARY_SIZE.

    Raises:
        ValueError: If the vocabulary has no such event.
    """
    try:
        return _TOKENS[Event(kind, value, part)]
    except KeyError:
        raise ValueError(f"no token for {kind.value} {value} {part}") from None


def token_range(kind: Kind) -> range:
    """Tokens of one kind, ascending by value."""
    return range(OFFSETS[kind], OFFSETS[kind] + SIZES[kind])


def note_tokens(part: Part) -> slice:
    """Where the tokens of a part's notes stand among all, lowest first."""
    if part is Part.DRUMS:
        drums = token_range(Kind.DRUM)
        return slice(drums.start, drums.stop)
    start = token_range(Kind.PITCH).start + part * KEYS
    return slice(start, start + KEYS)


@lru_cache(maxsize=4096)
def nearest_duration(ticks: int) -> int:
    """The vocabulary's duration nearest by ratio; of two equally near the shorter."""
    return min(DURATIONS, key=lambda known: (max(known, ticks) / max(1, min(known, ticks)), known))


def nearest_velocity(velocity: int) -> int:
    """The vocabulary's velocity nearest to `velocity` (1-127); of two equally near the softer."""
    return min(VELOCITIES, key=lambda known: (abs(known - velocity), known))


def fingerprint() -> str:
    """Sixteen hex digits that change when any token's meaning changes."""
    table = [[event.kind.value, event.value, event.part] for event in EVENTS]
    text = json.dumps([TICKS_PER_QUARTER, [str(metre) for metre in METRES], table])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
