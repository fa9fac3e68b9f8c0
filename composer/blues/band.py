"""What bass, keys and drums do to the chords of a blues."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.music.score import PITCH_CLASSES, Mode, Note, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.blues.chorus import BluesChord
    from composer.grammar.lots import Lots
    from composer.music.score import Key, Metre

_KICK, _SNARE, _CLOSED_HAT, _PEDAL_HAT, _CRASH, _RIDE = 36, 38, 42, 44, 49, 51
_TOMS = (50, 47, 45)
_STROKE = 6
"""Ticks of a stroke on a drum."""

_LOW, _HIGH = 28, 50
"""Range of the bass."""

_KEYS, _GUITAR = 52, 64
"""Lowest pitches of the last chord and of the last note of the tune."""

_BOOGIE = (0, 4, 7, 9, 10, 9, 7, 4)
_COMPING = {
    "charleston": ((0, 3), (0, 3), (1, 4), (0, 3, 6)),
    "backbeat": ((2, 6), (2, 6), (2, 5, 6), (2, 6)),
    "sparse": ((0,), (0, 5), (0,), (3, 6)),
    "pushed": ((1, 4), (0, 3, 5), (1, 4), (2, 5)),
}
"""Half beats on which the keys play, for each bar of a line."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A chord where it stands in the piece.

    Attributes:
        chord: Chord.
        start: First tick.
        end: First tick after it.
    """

    chord: BluesChord
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Band:
    """Who accompanies.

    Attributes:
        metre: Metre of the piece.
        key: Key of the piece.
        lots: Draws.
    """

    metre: Metre
    key: Key
    lots: Lots

    @property
    def tonic(self) -> int:
        """Pitch class of the tonic."""
        return self.key.tonic

    @property
    def beats(self) -> int:
        """Felt beats in a bar."""
        return self.metre.bar_ticks // self.metre.beat_ticks

    def tick(self, half: int) -> int:
        """Where a half beat falls, in ticks: the second half of a beat is swung to its last third."""
        beat = self.metre.beat_ticks
        return half // 2 * beat + (beat * 2 // 3 if half % 2 else 0)

    def bass(self, chords: Sequence[Placed], *, walking: bool) -> Iterator[Note]:
        """One note to a beat: a boogie pattern, or a line that walks to the next root."""
        beat = self.metre.beat_ticks
        before = _LOW + 8
        for one, following in pairwise([*chords, None]):
            assert one is not None  # only the last is none
            root = self._root(one, before)
            beats = max(1, (one.end - one.start) // beat)
            goal = root if following is None else self._root(following, root)
            tones = [root + tone for tone in one.chord.tones]
            odd_bar = one.start // self.metre.bar_ticks % 2
            for number in range(beats):
                if walking and number and number == beats - 1:
                    pitch = goal + self.lots.one_of((-1, 1, 2, -2) if goal != root else (-1, 1, 7))
                elif walking or one.chord.quality != "7":
                    pitch = root if number == 0 else tones[number % len(tones)]
                else:
                    pitch = root + _BOOGIE[(number + 4 * odd_bar) % len(_BOOGIE)]
                pitch = pitch if pitch >= _LOW else pitch + PITCH_CLASSES
                start = one.start + number * beat
                yield Note(start, min(beat, one.end - start), pitch, 78, Part.BASS)
                before = pitch

    def _root(self, one: Placed, before: int) -> int:
        """The root nearest to the note before."""
        root = (self.tonic + one.chord.above) % PITCH_CLASSES
        options = [pitch for pitch in range(_LOW, _HIGH - 10) if pitch % PITCH_CLASSES == root]
        return min(options, key=lambda pitch: abs(pitch - before))

    def keys(self, chords: Sequence[Placed], manner: str) -> Iterator[Note]:
        """Third, seventh and a colour of each chord in the middle of the keyboard, with as little motion as can be."""
        before = 58.0
        for one in chords:
            root = self.tonic + one.chord.above
            colour = 14 if one.chord.quality != "dim7" else one.chord.tones[2]
            classes = {(root + tone) % PITCH_CLASSES for tone in (one.chord.tones[1], one.chord.tones[3], colour)}
            stacks = [sorted(_stack(classes, low)) for low in range(52, 61)]
            voiced = min(stacks, key=lambda stack: (abs(sum(stack) / 3 - before), stack))
            before = sum(voiced) / 3
            bar = self.metre.bar_ticks
            for start in range(one.start, one.end, bar):
                for half in _COMPING[manner][start // bar % 4]:
                    begin = start + self.tick(half)
                    if begin < one.end:
                        length = min(self.metre.beat_ticks * (2 if manner == "sparse" else 1) * 2 // 3, one.end - begin)
                        yield from (Note(begin, length, pitch, 66, Part.ACCOMPANIMENT) for pitch in voiced)

    def landing(self, start: int) -> Iterator[Note]:
        """A last bar: everybody lands on the tonic and holds it."""
        length = self.metre.bar_ticks
        third = 4 if self.key.mode is Mode.MAJOR else 3
        yield Note(start, length, _LOW + (self.tonic - _LOW) % PITCH_CLASSES, 82, Part.BASS)
        for pitch in sorted(_stack({(self.tonic + tone) % PITCH_CLASSES for tone in (third, 7, 10)}, _KEYS)):
            yield Note(start, length, pitch, 70, Part.ACCOMPANIMENT)
        yield Note(start, length, _GUITAR + (self.tonic - _GUITAR) % PITCH_CLASSES, 80, Part.MELODY)
        yield from (_stroke(start, key, 76) for key in (_KICK, _CRASH))

    def drums(self, first_bar: int, bars: int, *, riding: bool, fills: bool = True) -> Iterator[Note]:
        """A shuffle on the hi-hat, or swing on the ride; the last bar leads on with a fill."""
        bar, beat = self.metre.bar_ticks, self.metre.beat_ticks
        beats = bar // beat
        for number in range(bars):
            start = (first_bar + number) * bar
            filled = fills and number == bars - 1
            for count in range(beats):
                now = start + count * beat
                back = count % 2 == 1 if beats != 3 else count == 2  # noqa: PLR2004 - a waltz
                if filled and count >= beats - beats // 2:
                    for third in range(3):
                        yield _stroke(now + third * beat // 3, _TOMS[(count + third) % 3], 70 + 4 * third)
                    continue
                yield _stroke(now, _RIDE if riding else _CLOSED_HAT, 66 if back else 60)
                if not riding or back:
                    yield _stroke(now + beat * 2 // 3, _RIDE if riding else _CLOSED_HAT, 48)
                if back:
                    yield _stroke(now, _SNARE, 74 if not riding else 60)
                    yield _stroke(now, _PEDAL_HAT, 52)
                elif count == 0 or not riding:
                    yield _stroke(now, _KICK, 80 if count == 0 else 66)
            if number == 0:
                yield _stroke(start, _CRASH, 70)


def _stroke(start: int, key: int, velocity: int) -> Note:
    return Note(start, _STROKE, key, velocity, Part.DRUMS)


def _stack(classes: set[int], low: int) -> list[int]:
    """Each class once, from a pitch up."""
    return [low + (one - low) % PITCH_CLASSES for one in classes]
