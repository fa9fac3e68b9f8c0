"""What speaks for the sharper or the flatter spelling of a note: its degree, its neighbours, the notes around it.

After Meredith 2006, "The ps13 pitch spelling algorithm" (JNMR 35:2), the context is counted in notes before and after,
whatever their rhythm. His rule by which tonics vote is a table of weights here, which is learned.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import PITCH_CLASSES, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FLATTEST = 9
"""The flatter of a pitch's two spellings lies at most so far below the signature on the line of fifths.

In C major the pairs go from B double flat and A to D and C double sharp.
"""

REACHES = (4, 24)
"""Notes after which the weight of the notes before or after falls to 1/e."""

_SIDES = ("before", "after")
_NEIGHBOURS = ("next above", "next below", "last above", "last below")
FEATURES = (
    *(f"{mode.name.lower()} {degree}" for mode in Mode for degree in range(PITCH_CLASSES)),
    *_NEIGHBOURS,
    *(f"{side} {reach} {step}" for reach in REACHES for side in _SIDES for step in range(PITCH_CLASSES)),
)
"""Names of the features.

`minor 3` is 1 in minor for the pair whose flatter spelling lies 3 above the lowest pair. `next above` is 1 where the
part goes on a semitone higher. `before 4 7` is the share of the notes before that are 7 semitones higher, modulo the
octave.
"""


def fifths_and_features(
    starts: Sequence[float], pitches: Sequence[int], parts: Sequence[int], keys: Sequence[tuple[int, Mode]]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Look at notes, which are given in order of time.

    Args:
        starts: When each begins, in any unit.
        pitches: MIDI pitches.
        parts: Numbers of the parts, hands or voices to which they belong.
        keys: Sharps (positive) or flats (negative) of the signature at each note, and the mode.

    Returns:
        Shape (notes,): place of the flatter spelling on the line of fifths, where C is 0; the sharper lies 12 above.
        Shape (notes, FEATURES): the features.
    """
    heights = np.array(pitches, dtype=np.int64)
    flattest = np.array([accidentals for accidentals, _ in keys], dtype=np.int64) - _FLATTEST
    degrees = (heights * 7 - flattest) % PITCH_CLASSES
    modes = np.array([mode for _, mode in keys], dtype=np.int64)
    columns = [
        np.eye(PITCH_CLASSES * len(Mode))[degrees + PITCH_CLASSES * modes],
        _neighbours(starts, pitches, parts),
        *(column for reach in REACHES for column in _shares_around(heights % PITCH_CLASSES, reach)),
    ]
    return flattest + degrees, np.column_stack(columns)


def _neighbours(starts: Sequence[float], pitches: Sequence[int], parts: Sequence[int]) -> NDArray[np.float64]:
    """Shape (notes, 4): whether the next and the last onset of the part have a note a semitone above or below."""
    seen = np.zeros((len(pitches), len(_NEIGHBOURS)))
    by_part = sorted(range(len(pitches)), key=lambda index: (parts[index], starts[index]))
    for _, own in groupby(by_part, key=lambda index: parts[index]):
        onsets = [list(group) for _, group in groupby(own, key=lambda index: starts[index])]
        sounding = [set[int](), *({pitches[index] for index in onset} for onset in onsets), set[int]()]
        for place, onset in enumerate(onsets, start=1):
            for index in onset:
                pitch, following, last = pitches[index], sounding[place + 1], sounding[place - 1]
                seen[index] = [pitch + 1 in following, pitch - 1 in following, pitch + 1 in last, pitch - 1 in last]
    return seen


def _shares_around(classes: NDArray[np.int64], reach: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shape (notes, 12) each: shares of the notes before and after, by semitones above the note itself."""
    return _shares_before(classes, reach), _shares_before(classes[::-1], reach)[::-1]


def _shares_before(classes: NDArray[np.int64], reach: float) -> NDArray[np.float64]:
    fading = np.exp(-1 / reach)
    heard = np.zeros(PITCH_CLASSES)
    shares = np.zeros((len(classes), PITCH_CLASSES))
    for index, pitch_class in enumerate(classes):
        shares[index] = np.roll(heard, -pitch_class) / max(heard.sum(), 1e-9)
        heard[pitch_class] += 1
        heard *= fading
    return shares
