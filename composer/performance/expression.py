"""How a score is played: the melody sings out, bars and phrases breathe. Notes and times stay as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from composer.music.fluctuation import pink_noise, player_of
from composer.music.free_score import FreeScore
from composer.music.score import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.score import Note, Score

PHRASE_BARS = 4
_SHALLOWEST, _DEEPEST = 0.3, 1.7
"""How deeply phrases swell, beside one of medium depth: no two alike."""

_UNEVEN = 2.5
"""Deviation of velocity from beat to beat, as 1/f."""

_FEWEST_BEATS = 4

BALANCE = {Part.MELODY: 5, Part.ACCOMPANIMENT: -9, Part.BASS: -3, Part.DRUMS: 0}
"""Velocity by part: an accompaniment is played softer than it is written."""

_INNER = -7
_DOWNBEAT, _OFFBEAT = 4, -3
_ARCH = 7.0
_FADE_BARS, _FADE = 2, -10.0
_SOFTEST, _LOUDEST = 18, 120


def perform(score: Score) -> Score:
    """The score with velocities as a player would shape them (cf. Friberg, Bresin & Sundberg 2006, KTH rules).

    Music without metre stays as it is.
    """
    if isinstance(score, FreeScore):
        return score
    tops, swell = _tops(score), _swell(score)
    return replace(
        score, notes=tuple(replace(note, velocity=_velocity(score, note, tops, swell)) for note in score.notes)
    )


def _swell(score: Score) -> Sequence[float]:
    """What phrases and the players' unevenness add to the velocity in each felt beat."""
    rng = player_of(score)
    metre = score.metre
    phrases = -(-score.bars // PHRASE_BARS)
    depths = rng.uniform(_SHALLOWEST, _DEEPEST, phrases)
    beats = max(_FEWEST_BEATS, -(-score.ticks // metre.beat_ticks))
    phrase = np.arange(beats) * metre.beat_ticks / metre.bar_ticks / PHRASE_BARS
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


def _velocity(score: Score, note: Note, tops: dict[tuple[int, Part], int], swell: Sequence[float]) -> int:
    metre = score.metre
    position = note.start % metre.bar_ticks
    accent = _DOWNBEAT if position == 0 else 0 if position % metre.beat_ticks == 0 else _OFFBEAT
    inner = _INNER if note.part is Part.MELODY and note.pitch < tops[note.start, note.part] else 0
    arch = swell[min(note.start // metre.beat_ticks, len(swell) - 1)]
    left = (score.ticks - note.start) / metre.bar_ticks
    fade = _FADE * max(0.0, 1 - left / _FADE_BARS)
    shaped = note.velocity + BALANCE[note.part] + accent + inner + arch + fade
    return round(min(max(shaped, _SOFTEST), _LOUDEST))
