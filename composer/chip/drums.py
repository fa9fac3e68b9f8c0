"""Drums on the chip: noise, and the triangle dives where a drum has a pitch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from composer.chip.channel import FRAMES_A_SECOND
from composer.music.score import VELOCITIES

if TYPE_CHECKING:
    from composer.chip.channel import ChipChannel


@dataclass(frozen=True, slots=True)
class _Drum:
    """How a drum is made.

    Attributes:
        hertz: How often a second the noise moves on: the more, the brighter.
        level: Amplitude of the noise at its beginning.
        half_life: Seconds in which the noise falls to half.
        dive: MIDI pitch at which the triangle begins to fall; None where there is only noise.
    """

    hertz: float
    level: float
    half_life: float
    dive: float | None = None


_KICK = _Drum(3_000, 0.35, 0.012, 57.0)
_SNARE = _Drum(13_000, 0.85, 0.045)
_CLOSED, _OPEN = _Drum(90_000, 0.32, 0.014), _Drum(90_000, 0.34, 0.075)
_CRASH, _RIDE = _Drum(30_000, 0.6, 0.22), _Drum(60_000, 0.3, 0.045)
_DRUMS = (
    dict.fromkeys((35, 36), _KICK)
    | dict.fromkeys((37, 38, 39, 40), _SNARE)
    | dict.fromkeys((49, 52, 55, 57), _CRASH)
    | dict.fromkeys((51, 53, 59), _RIDE)
    | {46: _OPEN}
    | {key: _Drum(5_000, 0.4, 0.03, 52.0 + place * 2) for place, key in enumerate((41, 43, 45, 47, 48, 50))}
)
"""By General MIDI key; any other key is struck like a closed hi-hat."""

_FALL = 24.0
"""Semitones by which the triangle falls in `_DIVE` seconds."""

_DIVE = 0.055
_HEARD = 8.0
"""Half-lives after which noise is not heard."""


def add_stroke(key: int, velocity: int, start: int, noise: ChipChannel, triangle: ChipChannel) -> None:
    """Strike a drum.

    Args:
        key: General MIDI percussion key.
        velocity: How hard, 1-127.
        start: Frame.
        noise: ChipChannel on which whatever is loudest sounds.
        triangle: ChipChannel of the bass, which a drum with a pitch takes for a moment, as on the machines.
    """
    drum = _DRUMS.get(key, _CLOSED)
    loudness = 0.3 + 0.7 * velocity / (VELOCITIES - 1)
    ages = np.arange(min(round(_HEARD * drum.half_life * FRAMES_A_SECOND), max(len(noise.level) - start, 0)))
    level = (drum.level * loudness * 0.5 ** (ages / FRAMES_A_SECOND / drum.half_life)).astype(np.float32)
    part = slice(start, start + len(ages))
    louder = level > noise.level[part]
    noise.level[part] = np.where(louder, level, noise.level[part])
    noise.pitch[part] = np.where(louder, drum.hertz, noise.pitch[part])
    if drum.dive is not None:
        through = np.arange(max(min(round(_DIVE * FRAMES_A_SECOND), len(triangle.level) - start), 0))
        part = slice(start, start + len(through))
        triangle.pitch[part] = drum.dive - _FALL * through / FRAMES_A_SECOND / _DIVE
        triangle.level[part] = loudness
