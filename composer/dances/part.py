"""A part of a tune, eight bars long: bars that come back, over chords, and a last bar that closes on the tonic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from composer.dances.tables import DEGREES, PART, SPANS, Tables, chord_named, counted, pitch_of
from composer.music.score import PITCH_CLASSES

if TYPE_CHECKING:
    from composer.grammar.lots import Lots
    from composer.music.score import Key, Metre

_WIDE, _NARROWER = 4, 0.35
"""Intervals of so many degrees and more are drawn this much less often: two in a row are counted as one leap each."""

_REACH = range(-7, 9)
"""Steps that a tune may take, in degrees above its middle."""


@dataclass(frozen=True, slots=True)
class TuneKind:
    """A kind of tune.

    Attributes:
        name: Its name in the tables.
        title: Form in the title of a piece.
        bar: Ticks of a bar of the tunes that were counted.
        grid: Ticks of which every onset is a multiple.
        middle: MIDI pitch near which the middle of a tune lies.
        order: Letters of the parts in their order, after which they begin anew.
    """

    name: str
    title: str
    bar: int
    grid: int
    middle: int
    order: str


@dataclass(frozen=True, slots=True)
class TuneNote:
    """A note of a tune.

    Attributes:
        start: Tick in the bar.
        end: Tick after it, at most the end of the bar.
        pitch: MIDI pitch.
    """

    start: int
    end: int
    pitch: int


@dataclass(frozen=True, slots=True)
class TuneBar:
    """A bar of a tune.

    Attributes:
        notes: Its notes in order.
        chords: Names of the chords of its halves, see `composer.dances.tables.CHORDS`.
    """

    notes: tuple[TuneNote, ...]
    chords: tuple[str, ...]


class TuneWriter:
    """Writes the parts of one tune."""

    def __init__(self, kind: TuneKind, metre: Metre, key: Key, lots: Lots) -> None:
        """Take the tables.

        Args:
            kind: Kind of the tune.
            metre: Metre of the tune, which may be another one than that of the counted tunes.
            key: Key of the tune.
            lots: Draws.
        """
        self._tables: Tables = counted(kind.name, key.mode)
        self._rhythms = {
            closing: {
                rhythm: weight
                for rhythm, weight in self._tables.rhythms(closing=closing).items()
                if all(tick % kind.grid == 0 for tick in rhythm)
            }
            for closing in (False, True)
        }
        self._length = kind.bar
        self._metre, self._key, self._lots = metre, key, lots
        self._centre = self._lots.pick(self._tables.centres())
        home = chord_named(self._home, key)
        while pitch_of(self._centre, home, key) < kind.middle - PITCH_CLASSES // 2:
            self._centre += DEGREES
        self._step, self._interval = self._centre, 0

    @property
    def _home(self) -> str:
        """The tonic's chord."""
        return "I" if "I" in self._tables.values["common"] else "i"

    def write(self, *, turned: bool) -> list[TuneBar]:
        """One part.

        Args:
            turned: Whether it is a later part of the tune, which mostly lies higher.
        """
        letters = self._lots.pick(self._tables.forms())
        self._step, self._interval = self._centre + 2 * turned, 0
        written: list[TuneBar] = []
        known: dict[str, tuple[TuneBar, int, int]] = {}
        before = ""
        for place, letter in enumerate(letters):
            closing = place == PART - 1
            if closing or letter not in known:
                bar = self._bar(self._chords(place, before), closing=closing, turned=turned)
                known[letter] = bar, self._step, self._interval
            bar, self._step, self._interval = known[letter]
            written.append(bar)
            before = bar.chords[-1]
        return written

    def _chords(self, place: int, before: str) -> tuple[str, ...]:
        """The chords of a bar; the last bar of a part comes home."""
        found: list[str] = []
        for half in range(SPANS):
            if place == PART - 1 and half == SPANS - 1:
                found.append(self._home)
            else:
                before = self._lots.pick(self._tables.chords(place * SPANS + half, before))
                found.append(before)
        return tuple(found)

    def _bar(self, chords: tuple[str, ...], *, closing: bool, turned: bool) -> TuneBar:
        onsets = self._onsets(closing=closing)
        bar = self._metre.bar_ticks
        notes = []
        for start, end in zip(onsets, [*onsets[1:], bar], strict=True):
            name = chords[min(start * SPANS // bar, SPANS - 1)]
            if closing and end == bar:
                self._move(self._nearest_tonic())
            else:
                strong = start % self._metre.beat_ticks == 0
                self._move(self._lots.pick(self._weights(name, strong=strong, turned=turned)))
            notes.append(TuneNote(start, end, pitch_of(self._step, chord_named(name, self._key), self._key)))
        return TuneBar(tuple(notes), chords)

    def _onsets(self, *, closing: bool) -> list[int]:
        """A counted rhythm; where the metre is another one, so much of some of them as fills the bar."""
        found: list[int] = []
        for first in range(0, self._metre.bar_ticks, self._length):
            last = first + self._length >= self._metre.bar_ticks
            rhythm = self._lots.pick(self._rhythms[closing and last])
            found += [first + tick for tick in rhythm if first + tick < self._metre.bar_ticks]
        return found

    def _weights(self, name: str, *, strong: bool, turned: bool) -> dict[int, float]:
        """How likely each step is now: by the interval, by the chord, and by how high tunes go."""
        degrees = self._tables.degrees(name, strong=strong)
        heights = self._tables.heights(turned=turned)
        total = sum(heights.values())
        found = {}
        for text, times in self._tables.intervals(self._interval, strong=strong).items():
            step = self._step + int(text)
            if step - self._centre in _REACH:
                by_chord = (degrees[step % DEGREES] + 1) / (sum(degrees) + DEGREES)
                by_height = (heights.get(str(step - self._centre), 0) + 1) / total
                wide = _NARROWER if abs(int(text)) >= _WIDE and abs(self._interval) >= _WIDE else 1.0
                found[step] = times * by_chord * by_height * wide
        return found or {self._nearest_tonic(): 1.0}

    def _nearest_tonic(self) -> int:
        """The step of the tonic that is nearest, but not at the edge of the tune."""
        homes = [self._centre + away for away in _REACH if (self._centre + away) % DEGREES == 0]
        return min(homes, key=lambda step: abs(step - self._step) + 0.5 * abs(step - self._centre))

    def last_bar(self, before: int) -> TuneBar:
        """A bar that rests on the tonic that is nearest to a pitch."""
        pitch = min(range(before - 6, before + 6), key=lambda one: (one - self._key.tonic) % PITCH_CLASSES)
        return TuneBar((TuneNote(0, self._metre.bar_ticks, pitch),), (self._home,) * SPANS)

    def _move(self, step: int) -> None:
        self._step, self._interval = step, step - self._step
