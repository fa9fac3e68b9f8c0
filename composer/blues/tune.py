"""What is sung over the chords of a chorus: the head, which everybody knows after a while, and solos."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from composer.blues.chorus import CHORUS
from composer.blues.riffs import Player, Stroke, fitted
from composer.music.score import Note, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.blues.band import Band
    from composer.blues.chorus import BluesChord
    from composer.grammar.lots import Lots

_LINE = 4
"""Bars of a line; a chorus has three, the first two of them alike."""

_BREATH = 0.6
"""Chance that a solo is silent in the last bar of a line."""

_HELD = 2
"""Half beats from which on a note is heard as belonging to the chord."""

_VELOCITY = 80


@dataclass(frozen=True, slots=True)
class Tune:
    """The melody of a blues.

    Attributes:
        band: Band that it is played with.
        player: Who makes it up.
        call: Riff that begins the first two lines.
        answer: Riff that ends them.
        close: Riff that begins the last line.
        home: Riff that ends it.
        lots: Draws.
    """

    band: Band
    player: Player
    call: Sequence[Stroke]
    answer: Sequence[Stroke]
    close: Sequence[Stroke]
    home: Sequence[Stroke]
    lots: Lots

    def head(self, chords: Sequence[BluesChord]) -> Iterator[Note]:
        """A call and an answer, the same again over the fourth, and what closes."""
        for line in range(CHORUS // _LINE):
            closing = line == CHORUS // _LINE - 1
            yield from self._over(chords, self.close if closing else self.call, _LINE * line)
            yield from self._over(chords, self.home if closing else self.answer, _LINE * line + _LINE // 2)

    def solo(self, chords: Sequence[BluesChord]) -> Iterator[Note]:
        """Licks with a breath now and then; each ends on a tone of the chord that follows."""
        pitch = self.call[0].pitch
        for bar in range(CHORUS):
            if bar % _LINE == _LINE - 1 and self.lots.happens(_BREATH):
                continue
            goal = self._classes(chords, min(bar + 1, CHORUS - 1) * self.band.beats)
            line, pitch = self.player.lick(pitch, goal=goal)
            yield from (self._note(stroke, bar) for stroke in line)

    def lead_in(self, bars: int) -> Iterator[Note]:
        """A lick in each bar of an introduction but the last."""
        pitch = self.call[0].pitch
        for bar in range(max(bars - 1, 0)):
            line, pitch = self.player.lick(pitch)
            yield from (self._note(stroke, bar) for stroke in line)

    def _over(self, chords: Sequence[BluesChord], riff: Sequence[Stroke], bar: int) -> Iterator[Note]:
        """A riff whose long notes fit the chords."""
        for stroke in riff:
            held = stroke is riff[-1] or stroke.halves > _HELD
            classes = self._classes(chords, bar * self.band.beats + stroke.half // 2)
            yield self._note(replace(stroke, pitch=fitted(stroke.pitch, classes)) if held else stroke, bar)

    def _classes(self, chords: Sequence[BluesChord], beat: int) -> list[int]:
        """Pitch classes of the chord that sounds at a beat."""
        chord = max((one for one in chords if one.start <= beat), key=lambda one: one.start)
        return [(self.band.tonic + chord.above + tone) % 12 for tone in chord.tones]

    def _note(self, stroke: Stroke, bar: int) -> Note:
        start = self.band.tick(stroke.half)
        length = self.band.tick(stroke.half + stroke.halves) - start
        return Note(bar * self.band.metre.bar_ticks + start, length, stroke.pitch, _VELOCITY, Part.MELODY)
