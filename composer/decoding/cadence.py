"""The harmony of a piece's end: dominant seventh, then a final chord over its tonic, with a third."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import Mode, Part
from composer.planning.constraints import TONICS
from composer.tokens.vocabulary import KEYS, LOWEST_PITCH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.planning.constraints import PieceConstraints

_TRIADS = {Mode.MAJOR: (0, 4, 7), Mode.MINOR: (0, 3, 7)}
_DOMINANT_SEVENTH = (7, 11, 2, 5)
_OPEN_FIFTH = (0, 7)
_DEEP = 48 - LOWEST_PITCH
"""Number of keys so low that a third there is mud."""

_FINAL_BASSES = {Mode.MAJOR: 36, Mode.MINOR: 33}
"""The lowest note of a piece's last chord: a tonic, so that one can always be reached."""

_HIGHEST_FINAL_BASS = 57

_LOWEST_FINAL_THIRDS = {Mode.MAJOR: 52, Mode.MINOR: 48}
"""The melody's part of the last chord holds the third, so that it does not sound hollow, and none lower than this."""

_PITCH_CLASSES = (np.arange(KEYS) + LOWEST_PITCH) % 12


class Cadence:
    """Knows which keys may sound at the end of a piece, and what its final chord lacks.

    `struck` is always the parts and pitches of the onset that is being written.
    """

    def __init__(self, constraints: PieceConstraints) -> None:
        """Make the cadence of a piece in C major or A minor."""
        mode = constraints.mode
        self._tonic = TONICS[mode]
        self._third = (self._tonic + _TRIADS[mode][1]) % 12
        self._triad = self._keys(_TRIADS[mode])
        self._open_fifth = self._keys(_OPEN_FIFTH)
        self._has_melody = Part.MELODY in constraints.parts
        self._lowest_third = _LOWEST_FINAL_THIRDS[mode]
        self._lowest_bass = _FINAL_BASSES[mode]
        self.dominant = self._keys(_DOMINANT_SEVENTH)
        """Shape (KEYS,): keys of the dominant seventh."""
        self.leading = self._keys(_DOMINANT_SEVENTH[:2])
        """Shape (KEYS,): those that make it a dominant, its root and the leading note."""

    def _keys(self, steps: tuple[int, ...]) -> NDArray[np.bool_]:
        """Shape (KEYS,): which keys belong to the pitch classes `steps` above the tonic."""
        return np.isin(_PITCH_CLASSES, [(self._tonic + step) % 12 for step in steps])

    def final_chord(self, struck: Sequence[tuple[Part, int]]) -> NDArray[np.bool_]:
        """Shape (KEYS,): keys of the chord that opens the last bar, as far as it has been struck."""
        return self._from(self._lowest_third if self.lacks_third(struck) else self._lowest_bass)

    def last_bar(self, bass: int) -> NDArray[np.bool_]:
        """Shape (KEYS,): keys of the last bar after its chord, over the chord's lowest note."""
        return self._from(bass)

    def _from(self, lowest: int) -> NDArray[np.bool_]:
        keys = self._triad.copy()
        keys[:_DEEP] &= self._open_fifth[:_DEEP]
        keys[: lowest - LOWEST_PITCH] = False
        return keys

    def is_complete(self, struck: Sequence[tuple[Part, int]]) -> bool:
        """Whether the final chord has its third, and the tonic in the bass as its lowest note."""
        lowest = bass_of(struck, otherwise=_HIGHEST_FINAL_BASS + 1)
        return lowest % 12 == self._tonic and lowest <= _HIGHEST_FINAL_BASS and not self.lacks_third(struck)

    def lacks_third(self, struck: Sequence[tuple[Part, int]]) -> bool:
        """Whether the melody has not struck the third yet; never where there is no melody."""
        thirds = (part is Part.MELODY and pitch % 12 == self._third for part, pitch in struck)
        return self._has_melody and not any(thirds)

    def third_above(self, lowest: int) -> int:
        """The lowest third of a final chord that is not below `lowest`."""
        return self._lowest_third + max(0, math.ceil((lowest - self._lowest_third) / 12)) * 12


def bass_of(struck: Sequence[tuple[Part, int]], *, otherwise: int) -> int:
    """The lowest pitch, drums left out."""
    return min((pitch for part, pitch in struck if part is not Part.DRUMS), default=otherwise)
