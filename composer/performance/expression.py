"""How a score is played: the melody sings out, bars and phrases breathe. Notes and times stay as they are."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from composer.music.fluctuation import pink_noise, player_of
from composer.music.free_score import FreeScore
from composer.music.score import Note, Part
from composer.performance.keyboard import breathe, touch
from composer.performance.passage import local_means, seconds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.music.score import Score

PHRASE_BARS = 4
_SHALLOWEST, _DEEPEST = 0.3, 1.7
"""How deeply phrases swell, beside one of medium depth: no two alike."""

_UNEVEN = 2.5
"""Deviation of velocity from beat to beat, as 1/f."""

_LEVELS = 8.0
"""Deviation of a pianist's dynamics, the mean of some seconds, within 40 s: 9 on the rolls."""

_FEWEST_BEATS = 4

BALANCE = {Part.MELODY: 5, Part.ACCOMPANIMENT: -9, Part.BASS: -3, Part.DRUMS: 0}
"""Velocity by part: an accompaniment is played softer than it is written."""

_INNER = -7
_DOWNBEAT, _OFFBEAT = 4, -3
_ARCH = 7.0
_FADE_BARS, _FADE = 2, -10.0
_SOFTEST, _LOUDEST = 18, 120


_FLAT = 0.9
"""Share of bars of one velocity a part, from which music was written down and not played."""


def perform(score: Score, *, played: Score | None = None, by_pianist: bool = False) -> Score:
    """The score with velocities as a player would shape them (cf. Friberg, Bresin & Sundberg 2006, KTH rules).

    Music without metre stays as it is.

    Args:
        score: What is played.
        played: Music that `score` begins with. If somebody has played it, it stays as it is, and what follows keeps the
            balance between its parts.
        by_pianist: Whether a pianist plays it, see `composer.performance.keyboard`; others play by rules.
    """
    if isinstance(score, FreeScore):
        return score
    if by_pianist and played is None:
        return _perform_at_piano(score)
    tops, swell = _tops(score), _swell(score)
    known = frozenset[Note]() if played is None or is_flat(played) else frozenset(played.notes)
    voicing = dict.fromkeys(Part, 0) if known else BALANCE
    return replace(
        score,
        notes=tuple(
            note
            if note in known
            else replace(note, velocity=_velocity(score, note, tops, swell[_beat(score, note)] + voicing[note.part]))
            for note in score.notes
        ),
    )


def _perform_at_piano(score: Score) -> Score:
    """Dynamics as they are written and as phrases shape them, with the touch and the tempo of a pianist."""
    rng = player_of(score)
    touched = touch(score, rng.spawn(1)[0])
    left = (score.ticks - np.array([note.start for note in score.notes])) / score.metre.bar_ticks
    shaped = _dynamics(score, rng) + touched + _FADE * np.maximum(0.0, 1 - left / _FADE_BARS)
    velocities = np.clip(np.round(shaped), _SOFTEST, _LOUDEST).astype(int).tolist()
    notes = tuple(replace(note, velocity=own) for note, own in zip(score.notes, velocities, strict=True))
    return breathe(replace(score, notes=notes), rng.spawn(1)[0])


def _dynamics(score: Score, rng: np.random.Generator) -> NDArray[np.float64]:
    """How loud it is around each note; a score that says less of it than pianists do leaves them free."""
    seconds = seconds_of(score, np.array([note.start for note in score.notes]))
    beats = [_beat(score, note) for note in score.notes]
    written = local_means(np.array([note.velocity for note in score.notes], dtype=np.float64), seconds)
    shaped = written + np.array(_swell(score))[beats]
    freedom = math.sqrt(max(0.0, _LEVELS**2 - float(shaped.var())))
    free: NDArray[np.float64] = shaped + freedom * pink_noise(rng, max(_FEWEST_BEATS, max(beats) + 1))[beats]
    return free


def is_flat(score: Score) -> bool:
    """Whether music was written down and not played: in nearly every bar each part has one velocity."""
    velocities: dict[tuple[int, Part], list[int]] = {}
    for note in score.notes:
        velocities.setdefault((note.start // score.metre.bar_ticks, note.part), []).append(note.velocity)
    several = [own for own in velocities.values() if len(own) > 1]
    return sum(len(set(own)) == 1 for own in several) >= _FLAT * len(several)


def _beat(score: Score, note: Note) -> int:
    """The felt beat of a note, of those that have a swell."""
    return min(note.start // score.metre.beat_ticks, max(_FEWEST_BEATS, -(-score.ticks // score.metre.beat_ticks)) - 1)


def _swell(score: Score) -> Sequence[float]:
    """What phrases and the players' unevenness add to the velocity in each felt beat."""
    rng = player_of(score)
    metre = score.metre
    phrases = -(-score.bars // PHRASE_BARS)
    depths = rng.uniform(_SHALLOWEST, _DEEPEST, phrases)
    beats = max(_FEWEST_BEATS, -(-score.ticks // metre.beat_ticks))
    phrase = (np.arange(beats) * metre.beat_ticks / metre.bar_ticks - score.upbeat_bars) / PHRASE_BARS
    arches = np.sin(np.pi * (phrase % 1)) - 2 / np.pi
    depth = depths[np.minimum(phrase.astype(int), phrases - 1)]
    swell: list[float] = (_ARCH * depth * arches + _UNEVEN * pink_noise(rng, beats)).tolist()
    return swell


def _tops(score: Score) -> dict[tuple[int, Part], int]:
    """Highest pitch of each part at each onset."""
    tops: dict[tuple[int, Part], int] = {}
    for note in score.notes:
        place = (note.start, note.part)
        tops[place] = max(tops.get(place, 0), note.pitch)
    return tops


def _velocity(score: Score, note: Note, tops: dict[tuple[int, Part], int], swell: float) -> int:
    """The velocity of a note, of which its part and its beat add `swell`."""
    metre = score.metre
    position = note.start % metre.bar_ticks
    accent = _DOWNBEAT if position == 0 else 0 if position % metre.beat_ticks == 0 else _OFFBEAT
    inner = _INNER if note.part is Part.MELODY and note.pitch < tops[note.start, note.part] else 0
    left = (score.ticks - note.start) / metre.bar_ticks
    fade = _FADE * max(0.0, 1 - left / _FADE_BARS)
    shaped = note.velocity + swell + accent + inner + fade
    return round(min(max(shaped, _SOFTEST), _LOUDEST))
