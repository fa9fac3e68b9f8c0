"""Plan -> one draft of a lo-fi piece: cells of four bars in which keys, bass, drums and a tune come in and go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.blues.riffs import Player, Stroke, fitted
from composer.grammar.draft import Draft
from composer.grooves.drummer import keep_groove
from composer.lofi.chords import LOOP, LofiChord, draw_loop, voiced
from composer.music.numerals import Numeral
from composer.music.score import PITCH_CLASSES, TICKS_PER_QUARTER, Mode, Note, Part, Score
from composer.planning.rounds import plan_rounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from composer.grammar.lots import Lots
    from composer.planning.plan import Plan
    from composer.request import Request

SLOWEST, FASTEST = 65.0, 90.0
"""Felt beats a minute."""

_MOST_BARS = 128
_SCALES = {Mode.MAJOR: (0, 2, 4, 7, 9), Mode.MINOR: (0, 3, 5, 7, 10)}
_EIGHTH, _SIXTEENTH = TICKS_PER_QUARTER // 2, TICKS_PER_QUARTER // 4
_SWUNG = TICKS_PER_QUARTER // 3
"""Where the second sixteenth of an eighth falls: two thirds in, as a triplet has it."""

_KEYS = (
    ((0, 6), (6, 10)),
    ((0, 14),),
    ((0, 3), (3, 7), (10, 6)),
    ((0, 7), (7, 3), (10, 6)),
    ((0, 4), (7, 9)),
)
"""Where chords are struck in a bar of four beats and how long they sound, in sixteenths."""

_BASSES = (((0, 6, 0), (10, 4, 0)), ((0, 3, 0), (6, 2, 2), (10, 5, 0)), ((0, 8, 0), (11, 4, 2)))
"""Where the bass plays and how long, in sixteenths, and which tone of the chord: 0 is the root, 2 the fifth."""

_LOW = 28
_OVER_KEYS = 66
"""Lowest pitch of a tune that is not moved up by an octave, clear of the chords."""

_PLACEHOLDER = ((0, 36), (2, 42), (4, 38), (6, 42), (8, 36), (10, 42), (12, 38), (14, 42))
"""Sixteenths and drums of a plain bar, which tells the drummer how busy to be."""

_RESTS = 0.25
"""Chance that the tune is silent in a cell of its own."""


def plan_lofi(request: Request, rng: np.random.Generator) -> Plan:
    """Plan in whole loops, at 65 to 90 beats a minute where the tempo is open and the length allows."""
    choices = {bars: 0.0 if bars % LOOP == 0 else 0.15 for bars in range(1, _MOST_BARS)}
    return plan_rounds(request, rng, choices, slowest=SLOWEST, fastest=FASTEST)


def draft_lofi(plan: Plan, lots: Lots) -> Draft:
    """Write one draft of a planned piece."""
    writer = _Rounds(plan, lots)
    score = Score(tuple(writer.write()), plan.metre, plan.bars, plan.key, plan.tempos)
    grooved = keep_groove(score, writer.sections, float(lots.noise(1, 1.0)[0]) % 1.0)
    numerals = [Numeral(bar * plan.metre.bar_ticks, chord.numeral) for bar, chord in enumerate(writer.chords)]
    told = tuple(now for before, now in pairwise([Numeral(0, ""), *numerals]) if before.text != now.text)
    derivation = {
        "rule": f"lo-fi → {' '.join(letter for _, letter in writer.sections)}",
        "chords": [{"bar": bar + 1, "chord": chord.numeral} for bar, chord in enumerate(writer.chords)],
    }
    return Draft(replace(grooved, notes=tuple(map(_swung, grooved.notes))), told, derivation, "")


def _swung(note: Note) -> Note:
    """A note whose second sixteenths come late, and drums that are struck softly."""
    start, end = (_late(tick) for tick in (note.start, note.end))
    velocity = max(1, note.velocity * 4 // 5) if note.part is Part.DRUMS else note.velocity
    return replace(note, start=start, duration=max(1, end - start), velocity=velocity)


def _late(tick: int) -> int:
    return tick + _SWUNG - _SIXTEENTH if tick % _EIGHTH == _SIXTEENTH else tick


@dataclass(slots=True)
class _Round:
    """Four bars, or what is left.

    Attributes:
        first: First bar.
        bars: Number of bars.
        letter: Letter of its loop.
        plays: Who plays.
    """

    first: int
    bars: int
    letter: str
    plays: frozenset[Part]


class _Rounds:
    """Writes cell by cell."""

    def __init__(self, plan: Plan, lots: Lots) -> None:
        self._plan, self._lots = plan, lots
        self._beats = plan.metre.bar_ticks // plan.metre.beat_ticks
        self._loops = {letter: draw_loop(plan.key.mode, lots) for letter in "AB"}
        self._player = Player(plan.key.tonic, self._beats, lots, scale=_SCALES[plan.key.mode])
        self._riffs = {letter: (self._player.riff(), self._player.riff()) for letter in "AB"}
        self._keys = {letter: (lots.one_of(_KEYS), lots.one_of(_KEYS)) for letter in "AB"}
        self._bass = {letter: lots.one_of(_BASSES) for letter in "AB"}
        self._cells = self._form()
        self.chords = [self._chord(cell, bar) for cell in self._cells for bar in range(cell.bars)]

    @property
    def sections(self) -> list[tuple[int, str]]:
        """First bar and letter of each cell, as a drummer reads them."""
        return [(cell.first, cell.letter) for cell in self._cells]

    def write(self) -> Iterator[Note]:
        """All notes, and a last bar in which the keys rest on the tonic."""
        before: list[int] = []
        end = (self._plan.bars - 1) * self._plan.metre.bar_ticks
        for cell in self._cells:
            for bar in range(cell.bars):
                chord = self._chord(cell, bar)
                before = voiced(chord, self._plan.key.tonic, before)
                for note in self._bar(cell, bar, chord, before):
                    if note.start < end:
                        yield replace(note, duration=min(note.duration, end - note.start))
        yield from self._landing(end, before)

    def _form(self) -> list[_Round]:
        """Keys alone, then bass and drums, then the tune, which rests now and then; B in every third cell."""
        everybody = frozenset(Part)
        cells = []
        for number, first in enumerate(range(0, self._plan.bars, LOOP)):
            plays = everybody
            if number == 0 and self._plan.bars > 2 * LOOP:
                plays = frozenset({Part.ACCOMPANIMENT})
            elif number > 1 and self._lots.happens(_RESTS):
                plays = everybody - {Part.MELODY}
            letter = "B" if number % 4 == 3 else "A"  # noqa: PLR2004 - the last of four, as in song form
            cells.append(_Round(first, min(LOOP, self._plan.bars - first), letter, plays))
        return cells

    def _chord(self, cell: _Round, bar: int) -> LofiChord:
        if cell.first + bar == self._plan.bars - 1:
            return LofiChord(0, "maj7" if self._plan.key.mode is Mode.MAJOR else "m7")
        return self._loops[cell.letter][bar]

    def _bar(self, cell: _Round, bar: int, chord: LofiChord, keys: Sequence[int]) -> Iterator[Note]:
        """What one bar has, wherever it ends."""
        end = self._plan.metre.bar_ticks
        start = (cell.first + bar) * end
        for sixteenth, length in self._keys[cell.letter][bar % 2]:
            at, lasts = sixteenth * _SIXTEENTH, length * _SIXTEENTH
            yield from (Note(start + at, lasts, pitch, 58, Part.ACCOMPANIMENT) for pitch in keys if at < end)
        if Part.BASS in cell.plays:
            tonic = self._plan.key.tonic
            tones = [_LOW + (tonic + tone - _LOW) % PITCH_CLASSES for tone in chord.tones]
            places = ((s * _SIXTEENTH, length * _SIXTEENTH, tone) for s, length, tone in self._bass[cell.letter])
            yield from (Note(start + at, lasts, tones[tone], 76, Part.BASS) for at, lasts, tone in places if at < end)
        if Part.DRUMS in cell.plays:
            strokes = ((s * _SIXTEENTH, key) for s, key in _PLACEHOLDER)
            yield from (Note(start + at, _SIXTEENTH, key, 70, Part.DRUMS) for at, key in strokes if at < end)
        if Part.MELODY in cell.plays and bar % 2 == 0:
            yield from self._tune(self._riffs[cell.letter][bar // 2], cell, bar)

    def _tune(self, riff: Sequence[Stroke], cell: _Round, bar: int) -> Iterator[Note]:
        """A riff of two bars whose long notes fit the chords."""
        for stroke in riff:
            at = stroke.half * self._plan.metre.beat_ticks // 2
            under = min(bar + at // self._plan.metre.bar_ticks, cell.bars - 1)
            classes = [(self._plan.key.tonic + tone) % PITCH_CLASSES for tone in self._chord(cell, under).tones]
            held = stroke is riff[-1] or stroke.halves > 1
            pitch = fitted(stroke.pitch, classes) if held else stroke.pitch
            pitch += PITCH_CLASSES if min(other.pitch for other in riff) < _OVER_KEYS else 0
            start = (cell.first + bar) * self._plan.metre.bar_ticks + at
            yield Note(start, stroke.halves * self._plan.metre.beat_ticks // 2, pitch, 68, Part.MELODY)

    def _landing(self, start: int, before: Sequence[int]) -> Iterator[Note]:
        length, tonic = self._plan.metre.bar_ticks, self._plan.key.tonic
        last = self.chords[-1]
        yield Note(start, length, _LOW + (tonic - _LOW) % PITCH_CLASSES, 74, Part.BASS)
        yield from (Note(start, length, pitch, 56, Part.ACCOMPANIMENT) for pitch in voiced(last, tonic, before))
        yield Note(start, length, 64 + (tonic + last.tones[1] - 64) % PITCH_CLASSES, 66, Part.MELODY)
