"""Rows of a tracker and conditions -> what a network reads beside every token.

There are several feature sets, each of which begins with the one before it. So a model that was trained with an earlier
one goes on composing what it composed: it reads as many features as it knows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from composer.music.chord_symbol import ALL_SYMBOLS, Quality
from composer.music.score import PITCH_CLASSES, TICKS_PER_QUARTER
from composer.styles.table import LEARNED_STYLES
from composer.tokens import conditions, moved_bars, outlook, position, vocabulary
from composer.tokens.outlook import OutlookTracker
from composer.tokens.position import PositionTracker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.music.chord_symbol import ChordChange
    from composer.music.score import Metre

VERSION = 2
"""Raise it when the meaning of any feature of a position changes."""

OUTLOOK_VERSION = 1
"""Raise it when the meaning of any feature of an outlook changes."""

_BARS_LEFT_EDGES = (1, 2, 3, 4, 5, 8, 9, 16, 17, 32)
_ONSET_EDGES = (4, 7, 9, 13, 25, 49)


def _one_hot(classes: int, *, first: int = 0) -> NDArray[np.float32]:
    """Table of shape (256, classes): row v is the one-hot of v - first, all zero outside."""
    table = np.zeros((256, classes), np.float32)
    table[np.arange(classes) + first, np.arange(classes)] = 1
    return table


def _binned(edges: tuple[int, ...], scale: float) -> NDArray[np.float32]:
    """Table of shape (256, len(edges) + 2): the one-hot of the bin, then the value over `scale`, at most 2."""
    values = np.arange(256)
    one_hot = np.eye(len(edges) + 1, dtype=np.float32)[np.searchsorted(edges, values, side="right")]
    return np.hstack([one_hot, np.minimum(values / scale, 2.0).astype(np.float32)[:, None]])


def _next_onset() -> NDArray[np.float32]:
    table = _binned(_ONSET_EDGES, 48.0)
    table[position.NO_ONSET] = 0
    return table


def _waves() -> NDArray[np.float32]:
    """Table of shape (256, 6): sine and cosine of the position over a quarter, an eighth and a half."""
    angles = 2 * np.pi * np.arange(256)[:, None] / (TICKS_PER_QUARTER * np.array([1.0, 0.5, 2.0]))
    return np.hstack([np.sin(angles), np.cos(angles)]).astype(np.float32)


_TABLES = (
    (position.BARS_LEFT, _binned(_BARS_LEFT_EDGES, 32.0)),
    (position.POSITION, _waves()),
    (position.POSITION, _binned((1, 12, 24, 36, 48, 72, 96, 120), 96.0)),
    (position.PHRASE, _one_hot(position.PHRASE_BARS)),
    (position.METRE, _one_hot(len(vocabulary.METRES))),
    (position.PART, _one_hot(position.NO_PART)),
    (position.VELOCITY, _one_hot(len(vocabulary.VELOCITIES), first=1)),
    (position.ECHO, _one_hot(len(position.ECHO_EDGES), first=1)),
    *((position.NEXT_ONSETS + source, _next_onset()) for source in range(position.SOURCES)),
)
_CONDITION_TABLES = tuple(_one_hot(size, first=1) for size in conditions.SIZES.values())


def _chords() -> NDArray[np.float32]:
    """Table of shape (256, 34): root, quality and pitch classes of the chord of each code; zeros where it is open."""
    table = np.zeros((256, 2 * PITCH_CLASSES + len(Quality)), np.float32)
    for symbol in ALL_SYMBOLS:
        row = table[outlook.chord_code(symbol)]
        row[[symbol.root, PITCH_CLASSES + symbol.quality]] = 1
        row[[PITCH_CLASSES + len(Quality) + tone for tone in symbol.pitch_classes]] = 1
    return table


_OUTLOOK_TABLES = (
    (outlook.CHORD, _chords()),
    (outlook.CHORD_TICKS, _next_onset()),
    (outlook.NEXT_CHORD, _chords()),
    (outlook.SEQUENCE, _one_hot(len(outlook.SEQUENCE_EDGES), first=1)),
    *((outlook.NEXT_ONSETS + source, _next_onset()) for source in range(outlook.SOURCES)),
    *((outlook.NEXT_STROKES + lag, _next_onset()) for lag in range(len(outlook.DRUM_LAGS))),
)

POSITION_WIDTH = sum(table.shape[1] for _, table in _TABLES) + 8 * (position.WIDTH - position.PITCHES)
CONDITION_WIDTH = sum(table.shape[1] for table in _CONDITION_TABLES)
_OUTLOOK_WIDTH = sum(table.shape[1] for _, table in _OUTLOOK_TABLES) + 8 * (outlook.WIDTH - outlook.PITCHES)


class Tracker(Protocol):
    """What describes the place after each token of a piece."""

    row: bytearray

    def read(self, token: int) -> None:
        """Move on by one token; `row` then describes the place after it."""


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """What networks of one generation read beside every token.

    Attributes:
        fingerprint: Sixteen hex digits that change when a feature's place or meaning changes.
        width: Number of features.
        row_width: Bytes in a row of its tracker.
        has_outlook: Whether the outlook is among them, and so the chords of the plan.
    """

    fingerprint: str
    width: int
    row_width: int
    has_outlook: bool

    def track(
        self, metre: Metre, bars: int, *, recalled: Sequence[int | None] = (), chords: Sequence[ChordChange] = ()
    ) -> Tracker:
        """A tracker before the first bar; see `OutlookTracker`."""
        if self.has_outlook:
            return OutlookTracker(metre, bars, recalled=recalled, chords=chords)
        return PositionTracker(metre, bars, recalled=recalled)

    def features(self, rows: NDArray[np.uint8], asked: NDArray[np.float32]) -> NDArray[np.float32]:
        """What the network reads.

        Args:
            rows: Rows of the tracker, shape (..., row_width).
            asked: Features of the conditions, shape (..., CONDITION_WIDTH), or such that it can be broadcast to that.

        Returns:
            Shape (..., width).
        """
        everywhere = np.broadcast_to(asked, (*rows.shape[:-1], asked.shape[-1]))
        parts = [position_features(rows), everywhere]
        return np.concatenate([*parts, outlook_features(rows)] if self.has_outlook else parts, axis=-1)


def position_features(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Features of rows that begin with a position, of shape (..., bytes); shape (..., POSITION_WIDTH)."""
    return _looked_up(rows, _TABLES, position.PITCHES, position.WIDTH)


def outlook_features(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Features of what an outlook adds to rows of positions, of shape (..., outlook.WIDTH)."""
    return _looked_up(rows, _OUTLOOK_TABLES, outlook.PITCHES, outlook.WIDTH)


def _looked_up(
    rows: NDArray[np.uint8], tables: tuple[tuple[int, NDArray[np.float32]], ...], first: int, end: int
) -> NDArray[np.float32]:
    """Columns as their tables have them, then those from `first` to `end` as bits."""
    looked_up = [table[rows[..., column]] for column, table in tables]
    bits = np.unpackbits(rows[..., first:end], axis=-1, bitorder="little").astype(np.float32)
    return np.concatenate([*looked_up, bits], axis=-1)


def condition_features(classes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Features of condition classes of shape (..., len(conditions.SIZES)); shape (..., CONDITION_WIDTH)."""
    looked_up = [table[classes[..., column]] for column, table in enumerate(_CONDITION_TABLES)]
    return np.concatenate(looked_up, axis=-1)


def _hashed(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _plain() -> FeatureSet:
    """Position and conditions."""
    shapes = [(column, table.shape) for column, table in _TABLES]
    fingerprint = _hashed(
        VERSION, shapes, position.LAGS, position.ECHO_EDGES, position.WIDTH, LEARNED_STYLES, conditions.SIZES
    )
    return FeatureSet(fingerprint, POSITION_WIDTH + CONDITION_WIDTH, position.WIDTH, has_outlook=False)


def _with_outlook(before: FeatureSet) -> FeatureSet:
    """The same, and then the outlook."""
    shapes = [(column, table.shape) for column, table in _OUTLOOK_TABLES]
    fingerprint = _hashed(
        OUTLOOK_VERSION, before.fingerprint, shapes, outlook.LAGS, outlook.SEQUENCE_EDGES, outlook.DRUM_LAGS,
        outlook.DRUM_KINDS, outlook.WIDTH, moved_bars.STEPS, moved_bars.LAGS, [quality.name for quality in Quality],
    )  # fmt: skip
    return FeatureSet(fingerprint, before.width + _OUTLOOK_WIDTH, outlook.WIDTH, has_outlook=True)


PLAIN = _plain()
NEWEST = _with_outlook(PLAIN)
SETS = {one.fingerprint: one for one in (PLAIN, NEWEST)}
"""Every feature set that a model may have been trained with, by its fingerprint."""


def reads_chords(fingerprint: str) -> bool:
    """Whether the chords of the plan are in a feature set; not where it is unknown."""
    return fingerprint in SETS and SETS[fingerprint].has_outlook
