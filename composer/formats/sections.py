"""Notes with their marks of metre, key and tempo -> sections: scores in one metre each, in whole bars.

What is read is cut where its metre changes or its bars come to lie elsewhere; every cut piece is a section. What
stands in an unknown metre is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from composer.music.analysis import bar_phases, find_key, shifted
from composer.music.score import PITCHES, Metre, Mode, Note, Part, Score, Tempo
from composer.tokens import vocabulary
from composer.tokens.tokenizer import quantised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

FEWEST_BARS = 8
FEWEST_NOTES = 32
MOST_EMPTY = 0.34
"""Share of empty bars at which a section is no music for its own sake."""

LONGEST_REST = 4
"""Bars of silence in a section; a longer one divides it."""

MOST_STRAYS = 2
MOST_BEYOND = 0.02
"""Notes, and share of all, that may lie beyond the keyboard and are left out; with more, a section is damaged."""

MOST_TICKS = 1_000_000
"""Nearly six hours at 120 quarters a minute: a file that claims to be longer is damaged."""

TOO_FEW_NOTES = "fewer than 32 notes in a section"
TOO_FEW_BARS = "fewer than 8 bars in a section"
DIVIDED = "no 8 bars with 32 notes in a row: changes of metre, bars of other lengths or long rests divide it"

_DEFAULT_TEMPO = 120.0
_DEFAULT_TEMPOS = {100, 120}
"""What programs write when nobody chose a tempo, in quarters a minute."""

_Mark = TypeVar("_Mark", int, float)
_Item = TypeVar("_Item")
_Read = TypeVar("_Read")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a file says, whatever its format: notes on the grid, and marks by the tick where they stand.

    Attributes:
        notes: Notes in `note_order`, each with its role.
        metres: Time signatures; 4/4 up to the first of them.
        signatures: Sharps (positive) or flats of each key signature, in order.
        tempos: Quarters a minute of each tempo mark, in order.
        whole_bars: Where the bars begin that are as long as their metre says; None where bar lines must be found.
        style: Found out where nobody named it; else empty.
    """

    notes: Sequence[Note]
    metres: Mapping[int, tuple[int, int]]
    signatures: Sequence[tuple[int, int]]
    tempos: Sequence[tuple[int, float]]
    whole_bars: Sequence[int] | None = None
    style: str = ""


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


def sections_of(transcript: Transcript) -> list[Section]:
    """The sections of what was read, in order of time.

    Raises:
        Refused: If nothing of it can be used; the message says why.
    """
    if len(transcript.notes) < FEWEST_NOTES:
        raise Refused("fewer than 32 notes")
    sections: list[Section] = []
    reasons: list[str] = []
    bars_after = 0
    for stretch in reversed(list(_find_stretches(transcript))):
        try:
            sections.append(_make_section(transcript, stretch, bars_after))
        except Refused as reason:
            reasons.append(str(reason))
        bars_after += stretch.bars
    if not sections:
        raise Refused(_why_none(transcript, reasons))
    return sections[::-1]


def _why_none(transcript: Transcript, reasons: Sequence[str]) -> str:
    """Why a transcript has no section: its stretches were refused for these reasons."""
    if not reasons:
        known = ", ".join(sorted({f"{above}/{below}" for above, below in transcript.metres.values()}))
        return f"no bars in a metre that models know, but in {known[:40]}"
    return DIVIDED if len(reasons) > 1 and set(reasons) <= {TOO_FEW_NOTES, TOO_FEW_BARS} else reasons[0]


def sections_of_all(transcripts: Iterable[Transcript]) -> list[Section]:
    """The sections of several pieces in one file, those of each in order of time.

    Raises:
        Refused: If nothing of any of them can be used; the message says why.
    """
    return [section for each in read_each(transcripts, sections_of) for section in each]


def read_each(items: Iterable[_Item], read: Callable[[_Item], _Read]) -> list[_Read]:
    """What is read of each, without those that are refused.

    Raises:
        Refused: If all are refused, for the reason of the first.
    """
    found: list[_Read] = []
    reasons: list[Refused] = []
    for item in items:
        try:
            found.append(read(item))
        except Refused as reason:
            reasons.append(reason)
    if not found:
        raise reasons[0] if reasons else Refused("no music in it")
    return found


def _find_stretches(transcript: Transcript) -> Iterator[_Stretch]:
    """Every stretch in one metre whose bars are whole, in order of time."""
    # As the standard of MIDI files has it, and harmless for notation, whose first metre stands at its beginning.
    marks = transcript.metres if 0 in transcript.metres else {0: (4, 4), **transcript.metres}
    times = sorted(marks)
    changes = [times[0], *(time for before, time in pairwise(times) if marks[before] != marks[time])]
    for start, end in pairwise([*changes, max(note.end for note in transcript.notes)]):
        metre = _metre_of(*marks[start])
        if metre is not None and end > start:
            for stretch in _whole_bars(transcript, start, end, metre):
                yield from _between_rests(transcript.notes, stretch)


def _metre_of(numerator: int, denominator: int) -> Metre | None:
    felt = _ALIKE.get((numerator, denominator), (numerator, denominator))
    return next((metre for metre in vocabulary.METRES if (metre.numerator, metre.denominator) == felt), None)


def _whole_bars(transcript: Transcript, start: int, end: int, metre: Metre) -> Iterator[_Stretch]:
    inside = [note for note in transcript.notes if start <= note.start < end]
    if not inside:
        return
    bar = metre.bar_ticks
    written = [line - start for line in transcript.whole_bars or () if start <= line < end]
    phases = _written_phases(written, bar) if written else bar_phases(shifted(inside, -start), metre)
    cuts = [*(tick for tick, _ in phases), end - start]
    for (tick, phase), cut in zip(phases, cuts[1:], strict=True):
        first = phase - bar if tick == 0 and phase else tick + (phase - tick) % bar
        yield _Stretch(start + first, start + max(first, 0), start + cut, metre)


def _between_rests(notes: Sequence[Note], stretch: _Stretch) -> Iterator[_Stretch]:
    """The parts of a stretch between rests that are too long for a section."""
    bar = stretch.metre.bar_ticks
    begins = sounded = 0
    for note in notes:
        if not stretch.inside <= note.start < stretch.end:
            continue
        first = (note.start - stretch.start) // bar
        if first > sounded + LONGEST_REST:
            yield _part_of(stretch, begins, sounded)
            begins = first
        sounded = max(sounded, (min(note.end, stretch.end) - stretch.start + bar - 1) // bar)
    yield _part_of(stretch, begins, None)


def _part_of(stretch: _Stretch, first: int, end: int | None) -> _Stretch:
    """The stretch from one of its bars to before another, or to its end."""
    bar = stretch.metre.bar_ticks
    start = stretch.start + first * bar
    return replace(
        stretch,
        start=start,
        inside=max(start, stretch.inside),
        end=stretch.end if end is None else min(stretch.end, stretch.start + end * bar),
    )


def _written_phases(lines: Sequence[int], bar: int) -> list[tuple[int, int]]:
    """As `bar_phases` gives them: where whole bars come to begin off the grid of those before them.

    A bar that is split by a repeat sign moves nothing: the whole bars after it are on the grid again. A bar that
    lacks time ends its stretch; nothing of it is lost, for it stands in that stretch's last bar.
    """
    phases: list[tuple[int, int]] = []
    for line in lines:
        if not phases or line % bar != phases[-1][1]:
            phases.append((line if phases else 0, line % bar))
    return phases


def _make_section(transcript: Transcript, stretch: _Stretch, bars_after: int) -> Section:
    placed = _place_notes(transcript.notes, stretch)
    key = find_key(placed, accidentals=_mark_at(transcript.signatures, stretch.start))
    move = (-key.tonic if key.mode is Mode.MAJOR else 9 - key.tonic) % 12
    move = move - 12 if move > 6 else move  # noqa: PLR2004 - half an octave up at most
    tempo = _mark_at(transcript.tempos, stretch.start) or _DEFAULT_TEMPO
    bars = placed[-1].start // stretch.metre.bar_ticks + 1
    score = Score(placed, stretch.metre, bars, key, (Tempo(0, tempo),))
    fitted = _end_at_bar(quantised(_move_score(score, move)))
    return Section(fitted, move, bars_after, tempo_known=round(tempo) not in _DEFAULT_TEMPOS)


def _place_notes(notes: Sequence[Note], stretch: _Stretch) -> tuple[Note, ...]:
    """The stretch's notes, counted from its first bar that is not empty."""
    inside = [note for note in notes if stretch.inside <= note.start < stretch.end]
    if len(inside) < FEWEST_NOTES:
        raise Refused(TOO_FEW_NOTES)
    bar = stretch.metre.bar_ticks
    skipped = (inside[0].start - stretch.start) // bar * bar
    placed = shifted(inside, -(stretch.start + skipped))
    bars = placed[-1].start // bar + 1
    if bars < FEWEST_BARS:
        raise Refused(TOO_FEW_BARS)
    if 1 - len(_sounding_bars(placed, bar, bars)) / bars > MOST_EMPTY:
        raise Refused("more than a third of its bars are empty")
    return placed


def _sounding_bars(notes: Sequence[Note], bar: int, bars: int) -> set[int]:
    """Bars in which a note begins or sounds on."""
    return {place for note in notes for place in range(note.start // bar, min((max(note.end, 1) - 1) // bar + 1, bars))}


def _end_at_bar(score: Score) -> Score:
    """End at the last bar line what rings on after it, where nothing that is generated may sound either."""
    room = [score.ticks - note.start for note in score.notes]
    notes = (
        note
        if note.part is Part.DRUMS or note.duration <= left
        else replace(note, duration=max(known for known in vocabulary.DURATIONS if known <= left))
        for note, left in zip(score.notes, room, strict=True)
    )
    return replace(score, notes=tuple(notes))


def _move_score(score: Score, semitones: int) -> Score:
    """Transpose, without the few notes that this leads beyond MIDI's keys.

    Raises:
        Refused: If they are not few.
    """
    kept = [note for note in score.notes if note.part is Part.DRUMS or 0 <= note.pitch + semitones < PITCHES]
    if len(score.notes) - len(kept) > max(MOST_STRAYS, MOST_BEYOND * len(score.notes)):
        raise Refused("notes beyond the keyboard")
    return replace(score, notes=tuple(kept)).transposed(semitones)


def _mark_at(marks: Sequence[tuple[int, _Mark]], start: int) -> _Mark | None:
    """What holds at `start`; where an upbeat begins before the file does, what holds at its beginning."""
    there = [mark for mark in marks if mark[0] <= start] or marks[:1]
    return there[-1][1] if there else None
