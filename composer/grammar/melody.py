"""Soprano -> melody: its tones stay where they are, and motifs fill what lies between them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from composer.grammar.chords import scale_under
from composer.grammar.diminution import FARTHEST, MOST_FILLED, way_steps, ways
from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from composer.grammar.chords import Chord
    from composer.grammar.lots import Lots
    from composer.grammar.voices import Voicing
    from composer.music.score import Metre

_LOWEST, _HIGHEST = 24, 103
_CLASH = 9.0
"""Cost of a note outside the chord that is leapt to or from."""

_ACCENTED = 1.6
"""Cost of a note outside the chord on a beat."""

_ALIKE = 2.2
"""What a way saves that is as the motif was before."""

_A_TONE = 2
"""Semitones."""

_OUT_OF_REACH = 50.0


@dataclass(frozen=True, slots=True)
class Anchor:
    """A tone of the soprano where a chord begins.

    Attributes:
        start: Tick from the beginning of the piece.
        chord: Chord that begins.
        voicing: Its four voices.
        motif: Name of the bar's motif, which is played alike where it comes again.
    """

    start: int
    chord: Chord
    voicing: Voicing
    motif: str


@dataclass(frozen=True, slots=True)
class Tone:
    """A note of the melody.

    Attributes:
        start: Tick from the beginning of the piece.
        pitch: MIDI pitch.
    """

    start: int
    pitch: int


@lru_cache(maxsize=1024)
def ladder(chord: Chord) -> tuple[tuple[int, ...], NDArray[np.bool_]]:
    """Pitches of the scale under a chord, rising, and which of them belong to the chord."""
    scale, tones = scale_under(chord), chord.pitch_classes
    pitches = tuple(pitch for pitch in range(_LOWEST, _HIGHEST + 1) if pitch % PITCH_CLASSES in scale)
    return pitches, np.array([pitch % PITCH_CLASSES in tones for pitch in pitches])


@dataclass(slots=True)
class Melodist:
    """Writes melodies, and remembers how each motif went.

    Attributes:
        metre: Metre of the piece.
        lots: Draws.
        lowest: Lowest pitch of the melody.
        highest: Highest pitch.
        plain: Chance that a single note is left out between two neighbours of the scale: it could only leap.
        memory: Ways by motif, place in the bar and number of notes.
    """

    metre: Metre
    lots: Lots
    lowest: int
    highest: int
    plain: float
    memory: dict[tuple[str, int, int], tuple[int, ...]] = field(default_factory=dict)

    def between(self, anchor: Anchor, following: Anchor, onsets: Sequence[int]) -> list[Tone]:
        """The anchor's tone and those at the onsets after it, all before the next anchor."""
        tone = Tone(anchor.start, anchor.voicing[-1])
        goal = Tone(following.start, following.voicing[-1])
        if len(onsets) == 1 and 0 < abs(goal.pitch - tone.pitch) <= _A_TONE and self.lots.happens(self.plain):
            return [tone]
        return [tone, *self._filled(anchor, following, tone, goal, onsets)]

    def _filled(self, anchor: Anchor, following: Anchor, first: Tone, last: Tone, onsets: Sequence[int]) -> list[Tone]:
        if not onsets:
            return []
        final = last.start == following.start
        if len(onsets) <= MOST_FILLED:
            return self._way(anchor, following if final else None, first, last, onsets)
        middle = max(
            range(1, len(onsets) - 1), key=lambda place: (self._weight(onsets[place]), -abs(place - len(onsets) // 2))
        )
        turn = Tone(onsets[middle], self._turning_pitch(anchor.chord, first.pitch, last.pitch))
        before = self._filled(anchor, following, first, turn, onsets[:middle])
        after = self._filled(anchor, following, turn, last, onsets[middle + 1 :])
        return [*before, turn, *after]

    def _weight(self, tick: int) -> int:
        """2 on a beat, 1 on half of one, 0 elsewhere."""
        inside = tick % self.metre.beat_ticks
        return 2 if inside == 0 else 1 if inside * 2 == self.metre.beat_ticks else 0

    def _turning_pitch(self, chord: Chord, first: int, last: int) -> int:
        """A tone of the chord near both ends of a long span."""
        pitches, own = ladder(chord)
        near = [
            pitch
            for pitch, fits in zip(pitches, own, strict=True)
            if fits and abs(pitch - first) <= 9 and self.lowest <= pitch <= self.highest  # noqa: PLR2004 - a sixth
        ]
        if not near:
            return first
        noise = self.lots.noise(len(near), 1.2)
        costs = [abs(p - first) * 0.5 + abs(p - last) * 0.5 + 2.0 * (p == first) for p in near]
        return near[int((np.array(costs) + noise).argmin())]

    def _way(
        self, anchor: Anchor, following: Anchor | None, first: Tone, last: Tone, onsets: Sequence[int]
    ) -> list[Tone]:
        pitches, in_chord = ladder(anchor.chord)
        at = _nearest(pitches, first.pitch)
        distance = max(-FARTHEST, min(FARTHEST, _nearest(pitches, last.pitch) - at))
        rows, costs = ways(len(onsets), distance)
        places = np.clip(rows + at, 0, len(pitches) - 1)
        found = np.array(pitches)[places]
        total = costs + self.lots.noise(len(costs), 0.55) + self._dissonance(in_chord[places], distance, onsets)
        total += np.where((found < self.lowest) | (found > self.highest), _OUT_OF_REACH, 0).sum(axis=1)
        if following is not None:
            total += np.where(np.isin(found[:, -1], _forbidden(anchor, following)), _OUT_OF_REACH, 0)
        key = (anchor.motif, first.start % self.metre.bar_ticks, len(onsets))
        if key in self.memory:
            total -= np.where((rows == np.array(self.memory[key])).all(axis=1), _ALIKE, 0)
        best = int(total.argmin())
        self.memory.setdefault(key, tuple(int(step) for step in rows[best]))
        return [Tone(start, int(pitch)) for start, pitch in zip(onsets, found[best], strict=True)]

    def _dissonance(self, in_chord: NDArray[np.bool_], distance: int, onsets: Sequence[int]) -> NDArray[np.float64]:
        """Notes outside the chord come and go by step, and mostly between beats."""
        steps = np.abs(way_steps(len(onsets), distance))
        leapt = (steps[:, :-1] != 1) | (steps[:, 1:] != 1)
        accents = np.array([_ACCENTED if self._weight(onset) > 1 else 0.0 for onset in onsets])
        costs: NDArray[np.float64] = np.where(in_chord, 0.0, leapt * _CLASH + accents).sum(axis=1)
        return costs


def _nearest(pitches: Sequence[int], pitch: int) -> int:
    """Place of the nearest pitch of a ladder; of two the lower."""
    place = bisect_left(pitches, pitch)
    if place == len(pitches) or (place and pitch - pitches[place - 1] <= pitches[place] - pitch):
        return place - 1
    return place


def _forbidden(anchor: Anchor, following: Anchor) -> list[int]:
    """Pitches from which the melody would move in parallel with a voice, or leave a leading note hanging."""
    goal = following.voicing[-1]
    wrong = []
    for old, new in zip(anchor.voicing[:-1], following.voicing[:-1], strict=True):
        interval = (goal - new) % PITCH_CLASSES
        if old != new and interval in {0, 7}:
            wrong += [p for p in range(goal - 14, goal + 15) if p != goal and (p - old) % PITCH_CLASSES == interval]
    leading = anchor.chord.leading
    if leading is not None and (leading + 1) % PITCH_CLASSES in following.chord.pitch_classes:
        wrong += [p for p in range(goal - 14, goal + 15) if p % PITCH_CLASSES == leading and p != goal - 1]
    seventh = anchor.chord.seventh
    if seventh is not None and following.chord.root != anchor.chord.root:
        wrong += [p for p in range(goal - 14, goal + 15) if p % PITCH_CLASSES == seventh and p - goal not in {0, 1, 2}]
    return wrong
