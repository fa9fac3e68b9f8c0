"""Plan -> one draft of a set of dances or of a rag: its parts, each twice, and who accompanies them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.dances.accompaniment import boom_chuck, stride
from composer.dances.part import TuneBar, TuneKind, TuneWriter
from composer.dances.placed import PlacedChord
from composer.dances.tables import PART, SPANS, chord_named
from composer.grammar.draft import Draft
from composer.music.numerals import Numeral
from composer.music.score import Note, Part, Score
from composer.planning.rounds import plan_rounds
from composer.titles import join_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from composer.grammar.lots import Lots
    from composer.planning.plan import Plan
    from composer.request import Request

_MOST_BARS = 400
_COMPOUND = 36
"""Ticks of a beat of three eighths."""

_MELODY = 82
_SET = "AABBAABBCCDDCCDD"
"""Parts of two tunes in a set, each played twice."""

REEL = TuneKind("reel", "Reel", 96, 12, 74, _SET)
JIG = TuneKind("jig", "Jig", 72, 12, 74, _SET)
RAG = TuneKind("rag", "Rag", 48, 6, 79, "AABBACCDD")

_OCTAVE_FROM = 12
"""Ticks from which on a note of a rag is struck in octaves, with a tone of the chord between."""


def plan_tune(request: Request, rng: np.random.Generator) -> Plan:
    """Plan as for any style; where the tempo is open, in whole parts."""
    choices = {bars: {0: 0.0, 4: 0.1}.get(bars % PART, 0.4) for bars in range(1, _MOST_BARS)}
    slowest, fastest = (66.0, 96.0) if request.style == "ragtime" else (80.0, 126.0)
    return plan_rounds(request, rng, choices, slowest=slowest, fastest=fastest)


def draft_dance(plan: Plan, lots: Lots) -> Draft:
    """Write one draft of a reel, or of a jig where beats have three parts."""
    piece = _written(plan, JIG if plan.metre.beat_ticks % _COMPOUND == 0 else REEL, lots)
    return piece.draft((*piece.melody(), *boom_chuck(piece.placed(), plan.metre, plan.key)))


def draft_rag(plan: Plan, lots: Lots) -> Draft:
    """Write one draft of a rag."""
    piece = _written(plan, RAG, lots)
    return piece.draft((*piece.octaves(), *stride(piece.placed(), plan.metre, plan.key)))


def _written(plan: Plan, kind: TuneKind, lots: Lots) -> _Dance:
    """Whole parts, before them the end of the first one where bars are over, and a last bar that rests."""
    writer = TuneWriter(kind, plan.metre, plan.key, lots)
    parts = {letter: writer.write(turned=letter in "BD") for letter in dict.fromkeys(kind.order)}
    whole, over = divmod(plan.bars, PART)
    letters = [kind.order[number % len(kind.order)] for number in range(whole)]
    tail = parts[kind.order[0]][PART - over :] if over else []
    bars = [*tail, *(bar for letter in letters for bar in parts[letter])]
    *bars, closing = bars
    before = (bars[-1] if bars else closing).notes[-1].pitch
    return _Dance(plan, kind.title, letters, [*bars, writer.last_bar(before)])


@dataclass(frozen=True, slots=True)
class _Dance:
    """A piece before it is accompanied.

    Attributes:
        plan: Its plan.
        title: Its form.
        letters: Letters of its whole parts.
        bars: All its bars.
    """

    plan: Plan
    title: str
    letters: list[str]
    bars: list[TuneBar]

    def melody(self) -> Iterator[Note]:
        """The tune."""
        for number, bar in enumerate(self.bars):
            start = number * self.plan.metre.bar_ticks
            for note in bar.notes:
                yield Note(start + note.start, note.end - note.start, note.pitch, _MELODY, Part.MELODY)

    def octaves(self) -> Iterator[Note]:
        """The tune of a rag: longer notes are struck in octaves with a tone of the chord between."""
        placed = self.placed()
        for note in self.melody():
            pitches = {note.pitch}
            if note.duration >= _OCTAVE_FROM:
                chord = next(one for one in placed if one.start <= note.start < one.end)
                tones = chord_named(chord.name, self.plan.key).pitch_classes
                between = [pitch for pitch in range(note.pitch - 9, note.pitch - 2) if pitch % 12 in tones]
                pitches |= {note.pitch - 12, *between[-1:]}
            for pitch in pitches:
                yield Note(note.start, note.duration, pitch, _MELODY, Part.MELODY)

    def placed(self) -> list[PlacedChord]:
        """The chords of all halves of bars."""
        span = self.plan.metre.bar_ticks // SPANS
        names = [name for bar in self.bars for name in bar.chords]
        return [PlacedChord(name, place * span, (place + 1) * span) for place, name in enumerate(names)]

    def draft(self, notes: tuple[Note, ...]) -> Draft:
        """The draft that the notes are, with the numerals of its chords."""
        plan = self.plan
        score = Score(notes, plan.metre, plan.bars, plan.key, plan.tempos)
        numerals = [Numeral(one.start, chord_named(one.name, plan.key).numeral) for one in self.placed()]
        told = tuple(now for before, now in pairwise([Numeral(0, ""), *numerals]) if before.text != now.text)
        rule = f"{self.title.lower()} → {' '.join(self.letters)}"
        explained = [{"bar": one.start // plan.metre.bar_ticks + 1, "chord": one.text} for one in told]
        remark = f"Form: {' '.join(self.letters)}" if self.letters else ""
        return Draft(score, told, {"rule": rule, "chords": explained}, remark, title=join_title(self.title, plan.key))
