"""Blocks of sounds: the cells of a matrix filled by the laws of chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.music.free_score import FreeNote
from composer.music.score import Part
from composer.performance.gliding import BEND_RANGE, shortened
from composer.performance.timbres import Sliding
from composer.stochastic.laws import exponential_gap, gliding_speed, pair_of_pitches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from composer.music.free_score import Clock
    from composer.performance.timbres import Timbre

_LOUDNESS = (34, 48, 62, 76, 90, 106)
"""Velocities of a block: pianissimo to fortissimo."""

_SHAPES = ((0.0, 0.0), (-12.0, 12.0), (12.0, -12.0))
"""Velocity that a block adds at its beginning and at its end."""

_UNEVEN = 5.0
"""Standard deviation of velocities in a block."""

_HELD, _STRUCK, _GLIDING = 0.7, 0.25, 1.2
"""Mean durations in seconds."""

_SPREAD = 0.35
"""Standard deviation of durations, as a share of their mean."""

_SHORTEST, _SHORTEST_GLISSANDO = 0.08, 0.3
"""Seconds before the end of a block after which no sound begins, and none that glides.

So there is time left for a glissando that has to wait for its player.
"""

_SPEED = 7.0
"""Mean speed of glissandi in semitones a second."""

_DRUMMED = 0.5
"""Share of the sounds that are struck on drums, where a timbre has some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Sounds of one timbre that enter and stop together.

    Attributes:
        timbre: Index of the timbre.
        start: Second at which it begins.
        end: Second at which it ends.
        density: Mean number of sounds a second.
        gliding: Share of its sounds that glide, 0 to 1.
        keys: MIDI pitches that it may use, ascending.
    """

    timbre: int
    start: float
    end: float
    density: float
    gliding: float
    keys: Sequence[int]


def gliding_share(sliding: Sliding, glissandi: float) -> float:
    """Share of a timbre's sounds that glide where people ask for so many glissandi, 0 to 2.

    Up to 1, those glide whose players do so readily. Beyond, the others who can join in.
    """
    begins = {Sliding.NEVER: math.inf, Sliding.SOMETIMES: 1.0, Sliding.MOSTLY: 0.0}[sliding]
    return min(max(glissandi - begins, 0.0), 1.0)


def fill(block: Block, timbre: Timbre, clock: Clock, rng: np.random.Generator) -> Iterator[FreeNote]:
    """The sounds of a block, the first of them at its beginning, all of them over by its end.

    Args:
        block: Block to be filled.
        timbre: Its timbre.
        clock: Clock of the piece.
        rng: Decides every draw.
    """
    level = float(rng.choice(_LOUDNESS))
    before, after = _SHAPES[rng.integers(len(_SHAPES))]
    pitches = _pitches(block.keys, rng)
    second = block.start
    last = block.end - (_SHORTEST if block.gliding < 1 else _SHORTEST_GLISSANDO)
    while second < last:
        way = (second - block.start) / (block.end - block.start)
        velocity = level + before + (after - before) * way + rng.normal(0, _UNEVEN)
        gap = exponential_gap(block.density, rng)
        yield _sound(block, timbre, clock, rng, second, next(pitches), min(max(round(velocity), 20), 122))
        second += gap


def _pitches(keys: Sequence[int], rng: np.random.Generator) -> Iterator[int]:
    while True:
        for place in pair_of_pitches(len(keys), rng):
            yield keys[min(int(place), len(keys) - 1)]


def _sound(
    block: Block, timbre: Timbre, clock: Clock, rng: np.random.Generator, second: float, pitch: int, velocity: int
) -> FreeNote:
    tick, late = divmod(second * clock.ticks_a_second, 1)
    glides = rng.random() < block.gliding and second < block.end - _SHORTEST_GLISSANDO
    mean = _GLIDING if glides else _HELD if timbre.held else _STRUCK
    wanted = max(rng.normal(mean, _SPREAD * mean), _SHORTEST)
    # Rounded down, so that a late note ends in time as well.
    left = math.floor(block.end * clock.ticks_a_second - late) - int(tick)
    duration = max(min(round(wanted * clock.ticks_a_second), left), 1)
    drum = bool(timbre.drums) and rng.random() < _DRUMMED
    key = int(rng.choice(timbre.drums)) if drum else pitch
    part = Part.DRUMS if drum else Part.MELODY
    note = FreeNote(int(tick), duration, key, velocity, part, late, timbre=block.timbre)
    return _glided(note, timbre, gliding_speed(_SPEED, rng) / clock.ticks_a_second) if glides else note


def _glided(note: FreeNote, timbre: Timbre, speed: float) -> FreeNote:
    """The note as a glissando of so many semitones a tick: the other way, or shorter, where that leaves the compass."""
    up, down = timbre.highest - note.pitch, note.pitch - timbre.lowest
    room = up if speed > 0 else down
    if abs(speed) * note.duration > room and up + down > 2 * room:
        speed, room = -speed, up + down - room
    span = min(room, BEND_RANGE)
    gliding = FreeNote(
        note.start, note.duration, note.pitch, note.velocity, note.part, note.late, speed * note.duration, note.timbre
    )
    return shortened(gliding, max(math.floor(span / abs(speed)), 1)) if abs(gliding.glide) > span else gliding
