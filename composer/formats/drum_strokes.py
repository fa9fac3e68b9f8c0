"""Percussion keys of other kits -> General MIDI's.

Sources: General MIDI 2, RP-024, for 27 to 34 and 82 to 87; the manual of Roland's TD-11 for 22 and 26, the edges of its
hi-hat.
"""

from __future__ import annotations

from composer.tokens.vocabulary import HIGHEST_DRUM, LOWEST_DRUM

_NEAREST = {
    22: 42, 25: 38, 26: 46,  # closed hi-hat, snare, open hi-hat
    27: 76, 28: 39, 29: 73, 30: 74, 31: 37, 32: 37, 33: 76, 34: 56,  # wood block, clap, guiros, side stick, cowbell
    82: 70, 83: 54, 84: 81, 85: 75, 86: 45, 87: 41,  # maracas, tambourine, triangle, claves, toms
}  # fmt: skip


def nearest_stroke(key: int) -> int:
    """The key of General MIDI's kit, 35 to 81, that sounds most like this one."""
    return _NEAREST.get(key, min(max(key, LOWEST_DRUM), HIGHEST_DRUM))
