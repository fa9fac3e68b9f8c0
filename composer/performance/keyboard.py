"""A pianist at a score: how loud, when and for how long keys go down, and how the tempo follows the music."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from composer.music.score import TICKS_PER_QUARTER, Part, Tempo, note_order
from composer.performance.midi_events import PULSES, PULSES_PER_QUARTER
from composer.performance.passage import quarters_a_minute, read_passage
from composer.performance.pianist import load_pianist
from composer.performance.timing import keep_in_tick, lift_before_next

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.music.score import Note, Score
    from composer.performance.arrangement import Track
    from composer.performance.instruments import Instrument
    from composer.performance.timing import Times

    Numbers = NDArray[np.float64]

_ALONE = 3.0
"""Deviation in milliseconds of an onset from the tempo, beside what the notes of a chord are apart.

No roll tells it; tapping people have 10 to 20, pianists in a steady run less (Repp 1996).
"""

_MOST_BOUND = TICKS_PER_QUARTER // 2
"""Ticks that a key is held beyond the end of its note at most: what is written stays clear."""

_SHORTEST, _MOST_EARLY = 0.25, 2 * TICKS_PER_QUARTER
"""Least share of its note that a key is held, and ticks by which it goes up early at most.

A score that writes long notes means them, and a file says how long they are: see `composer.performance.midi`.
"""

_VOICING = {True: 2.0, False: -3.0}
"""Velocity of the top of the right hand, and of what lies below it in the same hand.

A roll has one dynamic for each half of the keyboard. In live performances the top is 9.5 louder than its chord.
"""

_FREEST = 0.35
"""Logarithm of how much longer or shorter than written an interval becomes at most: no rhythm turns into another."""


def is_piano(instrument: Instrument) -> bool:
    """Whether a pianist plays: two hands and a pedal."""
    return instrument.two_hands and instrument.melody.pedal


def touch(score: Score, rng: np.random.Generator) -> Numbers:
    """Velocity that each note of a score for piano has beside the dynamics around it, shape (notes,).

    Drums have none.
    """
    found = np.zeros(len(score.notes))
    own = [index for index, note in enumerate(score.notes) if note.part is not Part.DRUMS]
    notes = [score.notes[index] for index in own]
    if notes:
        tops: dict[int, int] = {}
        for note in notes:
            if note.part is Part.MELODY:
                tops[note.start] = max(tops.get(note.start, 0), note.pitch)
        voicing = [_VOICING[note.pitch == tops[note.start]] if note.part is Part.MELODY else 0.0 for note in notes]
        found[own] = load_pianist().play("velocity", read_passage(notes, score), _hands(notes), rng) + voicing
    return found


def pianist_times(tracks: Sequence[Track], score: Score, rng: np.random.Generator) -> list[Times]:
    """When the keys of each track go down and up, of tracks that one pianist plays together."""
    numbered = sorted(
        ((note, number, at) for number, track in enumerate(tracks) for at, note in enumerate(track.notes)),
        key=lambda one: (note_order(one[0]), one[1]),
    )
    notes = [note for note, _, _ in numbered]
    passage, hands, pianist = read_passage(notes, score), _hands(notes), load_pianist()
    chords = passage.chords
    late = pianist.play("late", passage, hands, rng)
    late -= (np.bincount(chords, late) / np.bincount(chords))[chords]
    late += rng.normal(0, _ALONE, int(chords[-1]) + 1)[chords]
    shares = np.exp(pianist.play("held", passage, hands, rng))
    pulses = quarters_a_minute(score, np.array([note.start for note in notes])) * PULSES_PER_QUARTER / 60_000
    downs = np.array([note.start for note in notes]) * PULSES + keep_in_tick(late * pulses)
    found: list[dict[int, tuple[int, int]]] = [{} for _ in tracks]
    for (note, number, at), down, share in zip(numbered, downs.tolist(), shares.tolist(), strict=True):
        begun = max(score.opening * PULSES, down)
        found[number][at] = begun, min(begun + _held(note, share, score), score.ticks * PULSES)
    return [
        lift_before_next(track.notes, *zip(*(own[at] for at in range(len(track.notes))), strict=True))
        for track, own in zip(tracks, found, strict=True)
    ]


def _held(note: Note, share: float, score: Score) -> int:
    """MIDI ticks that a key is held; the last bar rings out."""
    if note.start >= score.ticks - score.metre.bar_ticks:
        return note.duration * PULSES
    least = max(_SHORTEST * note.duration, note.duration - _MOST_EARLY)
    return round(min(max(share * note.duration, least), note.duration + _MOST_BOUND) * PULSES)


def breathe(score: Score, rng: np.random.Generator) -> Score:
    """The score with a tempo that follows its music, in the same time from beginning to end.

    The first beat keeps the tempo that is written over it, and the end slows down as planned.
    """
    first, last = score.opening + score.metre.beat_ticks, score.ticks - 2 * score.metre.bar_ticks
    notes = score.notes
    onsets = sorted({note.start for note in notes if note.start < score.ticks})
    # A drummer keeps the time.
    if not first < last or len(onsets) < 2 or any(note.part is Part.DRUMS for note in notes):  # noqa: PLR2004
        return score
    passage = read_passage(notes, score)
    longer = np.clip(load_pianist().play_chords("pace", passage, rng), -_FREEST, _FREEST)[: len(onsets)]
    changing = (tempo.start for tempo in score.tempos)
    starts = sorted({first, last, *changing, *(onset for onset in onsets if first < onset < last)})
    plain = quarters_a_minute(score, np.array(starts))
    places = np.searchsorted(onsets, starts, side="right") - 1
    inside = np.array([first <= start < last for start in starts])
    freer = plain * np.exp(-np.where(inside, longer[np.maximum(places, 0)], 0.0))
    spans = np.diff(starts, append=score.ticks)
    # The time that the music takes there stays what it was.
    freer[inside] *= (spans / freer)[inside].sum() / (spans / plain)[inside].sum()
    return replace(score, tempos=tuple(map(Tempo, starts, freer.tolist())))


def _hands(notes: Sequence[Note]) -> NDArray[np.int64]:
    return np.array([int(note.part is Part.MELODY) for note in notes])
