"""Notes that several players share: who takes which at every onset, and what a timpanist adds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import TYPE_CHECKING

from composer.music.score import TICKS_PER_QUARTER
from composer.performance.instruments import OCTAVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.score import Note, Score
    from composer.performance.instruments import Voice

_TWO_AT_ONCE, _OUT_OF_RANGE, _BUSY, _LEAP = 1.0, 1.0, 0.8, 0.04
"""What it costs that a player has one note more at once, one out of range, one while another sounds; and a semitone."""

_BOUND_OVER = 2
"""Ticks by which a note may sound into the next one of its player."""

_DOMINANT = 7
_LOUD_SHARE = 0.6
"""Share of the bars, the softer ones, in which a timpanist rests."""


@dataclass(slots=True)
class _Seat:
    """A player with what was played last: a pitch, at first the middle of the range, and the tick at which it ends."""

    voice: Voice
    pitch: float
    busy_until: int = 0

    def cost(self, notes: Sequence[Note]) -> float:
        """How little these notes of one onset suit the player."""
        if not notes:
            return 0.0
        mean = sum(note.pitch for note in notes) / len(notes)
        strays = sum(not self.voice.lowest <= note.pitch <= self.voice.highest for note in notes)
        busy = self.busy_until > notes[0].start + _BOUND_OVER
        return _TWO_AT_ONCE * (len(notes) - 1) + _OUT_OF_RANGE * strays + _BUSY * busy + _LEAP * abs(mean - self.pitch)

    def take(self, notes: Sequence[Note]) -> None:
        """Play these notes of one onset."""
        if notes:
            self.pitch = sum(note.pitch for note in notes) / len(notes)
            self.busy_until = max(note.end for note in notes)


def share_out(notes: Sequence[Note], voices: Sequence[Voice]) -> list[list[Note]]:
    """The notes of each voice: at every onset the cheapest way to share them out from high to low.

    Args:
        notes: Notes of one part in order of time.
        voices: Who plays it, from high to low; at least one.
    """
    seats = [_Seat(voice, (voice.lowest + voice.highest) / 2) for voice in voices]
    shared: list[list[Note]] = [[] for _ in voices]
    for _, onset in groupby(notes, key=lambda note: note.start):
        chord = sorted(onset, key=lambda note: -note.pitch)
        left = iter(chord)
        for place, count in enumerate(_counts(chord, seats)):
            group = list(islice(left, count))
            seats[place].take(group)
            shared[place] += group
    return shared


def _counts(chord: Sequence[Note], seats: Sequence[_Seat]) -> list[int]:
    """How many notes of a chord, from the highest down, each player takes."""
    nothing: list[int] = []
    best = [(0.0, nothing)] + [(float("inf"), nothing)] * len(chord)
    for seat in seats:
        best = [
            min(
                (best[before][0] + seat.cost(chord[before:end]), [*best[before][1], end - before])
                for before in range(end + 1)
            )
            for end in range(len(chord) + 1)
        ]
    return best[-1][1]


def timpani_of(bass: Sequence[Note], score: Score, voice: Voice) -> list[Note]:
    """What a timpanist strikes: tonic and dominant with the bass, where a loud bar begins.

    Args:
        bass: Notes of the bass at the pitch at which they sound.
        score: The piece, for its bars and keys.
        voice: The timpani.
    """
    loud = _loud_bars(bass, score)
    struck: dict[int, Note] = {}
    for note in bass:
        bar, tick = divmod(note.start, score.metre.bar_ticks)
        above = (note.pitch - score.key_at(note.start).tonic) % OCTAVE
        if tick == 0 and bar in loud and above in {0, _DOMINANT}:
            pitch = voice.lowest + (note.pitch - voice.lowest) % OCTAVE
            struck[note.start] = replace(note, pitch=pitch, duration=min(note.duration, 2 * TICKS_PER_QUARTER))
    return list(struck.values())


def _loud_bars(bass: Sequence[Note], score: Score) -> set[int]:
    velocities: dict[int, list[int]] = defaultdict(list)
    for note in bass:
        velocities[note.start // score.metre.bar_ticks].append(note.velocity)
    means = {bar: sum(own) / len(own) for bar, own in velocities.items()}
    ranked = sorted(means, key=lambda bar: (means[bar], bar))
    return {*ranked[int(_LOUD_SHARE * len(ranked)) :], score.bars - 1}
