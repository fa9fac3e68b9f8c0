"""A MIDI file of a corpus -> scores in one metre each, in whole bars, with roles for the notes.

A file is cut where its metre changes or its bars come to lie elsewhere; every cut piece is a section. What
stands before the first time signature or in an unknown metre is left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from symusic.core import ScoreTick

from composer import vocabulary
from composer.analysis import bar_phases, find_key, shifted
from composer.score import PITCHES, TICKS_PER_QUARTER, Metre, Mode, Note, Part, Score, Tempo, note_order
from composer.tokenizer import quantised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FEWEST_BARS = 8
FEWEST_NOTES = 32
MOST_EMPTY = 0.34
"""Share of empty bars at which a section is no music for its own sake."""

MOST_TICKS = 1_000_000
"""Nearly six hours at 120 quarters a minute: a file that claims to be longer is damaged."""

_DEFAULT_TEMPO = 120.0
_DEFAULT_TEMPOS = {100, 120}
"""What programs write when nobody chose a tempo, in quarters a minute."""

_PIANOS = range(8)

# Metres that are written otherwise but felt like one of the vocabulary's.
_ALIKE = {
    (4, 8): (2, 4), (2, 1): (2, 2), (4, 2): (2, 2), (8, 8): (4, 4), (1, 4): (2, 4), (2, 8): (2, 4), (1, 2): (2, 2),
    (6, 2): (3, 2), (9, 4): (3, 4), (3, 1): (3, 2), (8, 4): (4, 4), (12, 4): (6, 4), (3, 16): (6, 16),
    (10, 4): (5, 4), (10, 8): (5, 4), (14, 8): (7, 4), (18, 16): (9, 16), (24, 16): (12, 16), (1, 1): (4, 4),
    (8, 16): (2, 4), (4, 16): (2, 4), (16, 16): (4, 4),
}  # fmt: skip


class Refused(Exception):  # noqa: N818 - a verdict on a file, not a fault
    """A file or section that is not taken into a corpus; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a piece in one metre.

    Attributes:
        score: Quantised, in C major or A minor, from its first sounding bar to the last in which a note starts.
        transposition: Semitones by which it was moved there, -5 to 6.
        bars_after: Bars of the piece that follow the section; 0 for the last one.
        tempo_known: Whether the file's tempo says anything (100 and 120 are programs' defaults).
    """

    score: Score
    transposition: int
    bars_after: int
    tempo_known: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a section may lie, in ticks: from its first bar line to the next change of metre or bar lines.

    The first bar line lies before `inside` where the music starts with an upbeat: the upbeat stands in a bar
    of its own, most of it empty, so that no note is lost. What starts before `inside` belongs to the stretch before.
    """

    start: int
    inside: int
    end: int
    metre: Metre

    @property
    def bars(self) -> int:
        return (self.end - self.start) // self.metre.bar_ticks


def read(path: Path, *, group: str) -> list[Section]:
    """Sections of a MIDI file.

    Args:
        path: A standard MIDI file.
        group: The corpus's group in its manifest, which decides how tracks become parts.

    Raises:
        Refused: If nothing of it can be used; the message says why.
    """
    midi = _parsed(path)
    notes = _notes(midi, _parts(midi, group))
    if len(notes) < FEWEST_NOTES:
        raise Refused("fewer than 32 notes")
    sections: list[Section] = []
    reasons: list[str] = []
    bars_after = 0
    for stretch in reversed(list(_stretches(midi, notes))):
        try:
            sections.append(_section(midi, notes, stretch, bars_after))
        except Refused as reason:
            reasons.append(str(reason))
        bars_after += stretch.bars
    if not sections:
        raise Refused(reasons[0] if reasons else "no bars in a known metre")
    return sections[::-1]


def _parsed(path: Path) -> ScoreTick:
    try:
        midi = ScoreTick.from_midi(path.read_bytes())
    except Exception as error:  # the parser raises bare RuntimeError and others for damaged files
        raise Refused(f"unreadable: {type(error).__name__}") from error
    if midi.ticks_per_quarter < 1:
        raise Refused("unreadable: no ticks in a quarter")
    return midi


def _ticks(midi: ScoreTick, time: int) -> int:
    return round(time * TICKS_PER_QUARTER / midi.ticks_per_quarter)


def _notes(midi: ScoreTick, parts: Sequence[Part]) -> list[Note]:
    sounding = [
        (_ticks(midi, note.time), _ticks(midi, note.duration), note.pitch, note.velocity, part)
        for track, part in zip(midi.tracks, parts, strict=True)
        for note in track.notes
        if note.duration > 0
    ]
    # The parser counts in 32 bits: a later time comes out negative.
    if any(not 0 <= start < MOST_TICKS or duration > MOST_TICKS for start, duration, *_ in sounding):
        raise Refused("longer than any piece")
    notes = (
        Note(start, max(1, duration), pitch, max(1, velocity), part)
        for start, duration, pitch, velocity, part in sounding
    )
    return sorted(notes, key=note_order)


def _parts(midi: ScoreTick, group: str) -> list[Part]:
    """The role of each track."""
    tracks = midi.tracks
    pitched = [index for index, track in enumerate(tracks) if len(track.notes) and not track.is_drum]
    pianos = [index for index in pitched if tracks[index].program in _PIANOS]
    by_height = sorted(pitched, key=lambda index: -float(tracks[index].notes.numpy()["pitch"].mean()))
    roles = dict.fromkeys(pitched, Part.ACCOMPANIMENT)
    if group == "solo-piano":
        if len(pitched) != 2 or pianos != pitched:  # noqa: PLR2004 - two hands
            raise Refused("not two staves of keyboard music")
        roles[by_height[0]] = Part.MELODY
    elif group == "song":
        if len(pitched) != 2 or len(pianos) != 1:  # noqa: PLR2004 - voice and piano
            raise Refused("not one voice and piano")
        roles[next(index for index in pitched if index not in pianos)] = Part.MELODY
    elif by_height:
        roles[by_height[-1]] = Part.BASS
        roles[by_height[0]] = Part.MELODY
    return [Part.DRUMS if track.is_drum else roles.get(index, Part.ACCOMPANIMENT) for index, track in enumerate(tracks)]


def _stretches(midi: ScoreTick, notes: Sequence[Note]) -> Iterator[_Stretch]:
    """Every stretch in one metre whose bars are whole, in order of time."""
    marks = {_ticks(midi, mark.time): (mark.numerator, mark.denominator) for mark in midi.time_signatures}
    marks = marks or {0: (4, 4)}
    times = sorted(marks)
    changes = [times[0], *(time for before, time in pairwise(times) if marks[before] != marks[time])]
    for start, end in pairwise([*changes, max(note.end for note in notes)]):
        metre = _metre(*marks[start])
        if metre is not None and end > start:
            yield from _whole_bars(notes, start, end, metre)


def _metre(numerator: int, denominator: int) -> Metre | None:
    felt = _ALIKE.get((numerator, denominator), (numerator, denominator))
    return next((metre for metre in vocabulary.METRES if (metre.numerator, metre.denominator) == felt), None)


def _whole_bars(notes: Sequence[Note], start: int, end: int, metre: Metre) -> Iterator[_Stretch]:
    inside = [note for note in notes if start <= note.start < end]
    if not inside:
        return
    bar = metre.bar_ticks
    phases = bar_phases(shifted(inside, -start), metre)
    cuts = [*(tick for tick, _ in phases), end - start]
    for (tick, phase), cut in zip(phases, cuts[1:], strict=True):
        first = phase - bar if tick == 0 and phase else tick + (phase - tick) % bar
        yield _Stretch(start + first, start + max(first, 0), start + cut, metre)


def _section(midi: ScoreTick, notes: Sequence[Note], stretch: _Stretch, bars_after: int) -> Section:
    placed = _placed(notes, stretch)
    key = find_key(placed, accidentals=_accidentals(midi, stretch.start))
    move = (-key.tonic if key.mode is Mode.MAJOR else 9 - key.tonic) % 12
    move = move - 12 if move > 6 else move  # noqa: PLR2004 - half an octave up at most
    tempo = _tempo(midi, stretch.start)
    bars = placed[-1].start // stretch.metre.bar_ticks + 1
    score = Score(placed, stretch.metre, bars, key, (Tempo(0, tempo),))
    fitted = quantised(_moved(score, move))
    return Section(fitted, move, bars_after, tempo_known=round(tempo) not in _DEFAULT_TEMPOS)


def _placed(notes: Sequence[Note], stretch: _Stretch) -> tuple[Note, ...]:
    """The stretch's notes, counted from its first bar that is not empty."""
    inside = [note for note in notes if stretch.inside <= note.start < stretch.end]
    if len(inside) < FEWEST_NOTES:
        raise Refused("fewer than 32 notes in a section")
    bar = stretch.metre.bar_ticks
    skipped = (inside[0].start - stretch.start) // bar * bar
    placed = shifted(inside, -(stretch.start + skipped))
    bars = placed[-1].start // bar + 1
    if bars < FEWEST_BARS:
        raise Refused("fewer than 8 bars in a section")
    if 1 - len({note.start // bar for note in placed}) / bars > MOST_EMPTY:
        raise Refused("a third of its bars is empty")
    return placed


def _moved(score: Score, semitones: int) -> Score:
    """Transpose, or refuse where that leads beyond MIDI's keys."""
    if any(note.part is not Part.DRUMS and not 0 <= note.pitch + semitones < PITCHES for note in score.notes):
        raise Refused("notes beyond the keyboard")
    return score.transposed(semitones)


def _accidentals(midi: ScoreTick, start: int) -> int | None:
    marks = list(midi.key_signatures)
    there = [mark for mark in marks if _ticks(midi, mark.time) <= start] or marks[:1]
    return int(there[-1].key) if there else None


def _tempo(midi: ScoreTick, start: int) -> float:
    """Quarters a minute at `start`; where an upbeat begins before the file does, those of its beginning."""
    marks = [mark for mark in midi.tempos if math.isfinite(mark.qpm)]
    there = [mark for mark in marks if _ticks(midi, mark.time) <= start] or marks[:1]
    return float(there[-1].qpm) if there else _DEFAULT_TEMPO
