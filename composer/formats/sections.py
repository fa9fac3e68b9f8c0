"""Notes with their marks of metre, key and tempo -> sections: scores in one metre each, in whole bars.

What is read is cut where its metre changes or its bars come to lie elsewhere; every cut piece is a section. What
stands in an unknown metre is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from composer.formats.stretches import find_stretches
from composer.music.analysis import find_key, shifted
from composer.music.score import PITCHES, Mode, Note, Part, Score, Tempo
from composer.tokens import vocabulary
from composer.tokens.tokenizer import quantised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from composer.formats.stretches import MetreStretch

MOST_STRAYS = 2
MOST_BEYOND = 0.02
"""Notes, and share of all, that may lie beyond the keyboard and are left out; with more, a section is damaged."""

MOST_TICKS = 1_000_000
"""Nearly six hours at 120 quarters a minute: a file that claims to be longer is damaged."""

_DEFAULT_TEMPO = 120.0
_DEFAULT_TEMPOS = {100, 120}
"""What programs write when nobody chose a tempo, in quarters a minute."""

_Mark = TypeVar("_Mark", int, float)
_Item = TypeVar("_Item")
_Read = TypeVar("_Read")


class Refused(Exception):  # noqa: N818 - a verdict on a file, not a fault
    """A file or section that is not taken into a corpus; the message is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastMusic:
    """The least that is taken for music.

    Attributes:
        bars: Fewest bars of a section.
        notes: Fewest notes of a section, and of all that was read.
        empty: Largest share of its bars in which nothing sounds.
    """

    bars: int
    notes: int
    empty: float

    @property
    def too_few_notes(self) -> str:
        """Why a section of fewer notes is refused."""
        return f"fewer than {self.notes} notes in a section"

    @property
    def too_few_bars(self) -> str:
        """Why a section of fewer bars is refused."""
        return f"fewer than {self.bars} bars in a section"

    @property
    def divided(self) -> str:
        """Why a piece is refused of which every section is too short."""
        return (
            f"no {self.bars} bars with {self.notes} notes in a row: "
            "changes of metre, bars of other lengths or long rests divide it"
        )


FOR_A_CORPUS = LeastMusic(bars=8, notes=32, empty=0.34)
"""What is worth learning from."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a piece in one metre.

    Attributes:
        start: Tick of what was read at which it begins; below 0 where the file begins with an upbeat.
        score: Quantised, in C major or A minor, from its first sounding bar to the last in which a note starts.
        transposition: Semitones by which it was moved there, -5 to 6.
        bars_after: Bars of the piece that follow the section; 0 for the last one.
        tempo_known: Whether the file's tempo says anything (100 and 120 are programs' defaults).
    """

    start: int
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


def sections_of(transcript: Transcript, least: LeastMusic = FOR_A_CORPUS) -> list[Section]:
    """The sections of what was read, in order of time.

    Raises:
        Refused: If nothing of it can be used; the message says why.
    """
    if len(transcript.notes) < least.notes:
        raise Refused(f"fewer than {least.notes} notes")
    sections: list[Section] = []
    reasons: list[str] = []
    bars_after = 0
    for stretch in reversed(list(find_stretches(transcript.notes, transcript.metres, transcript.whole_bars))):
        try:
            sections.append(_make_section(transcript, stretch, bars_after, least))
        except Refused as reason:
            reasons.append(str(reason))
        bars_after += stretch.bars
    if not sections:
        raise Refused(_why_none(transcript, reasons, least))
    return sections[::-1]


def _why_none(transcript: Transcript, reasons: Sequence[str], least: LeastMusic) -> str:
    """Why a transcript has no section: its stretches were refused for these reasons."""
    if not reasons:
        known = ", ".join(sorted({f"{above}/{below}" for above, below in transcript.metres.values()}))
        return f"no bars in a metre that models know, but in {known[:40]}"
    short = {least.too_few_notes, least.too_few_bars}
    return least.divided if len(reasons) > 1 and set(reasons) <= short else reasons[0]


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


def _make_section(transcript: Transcript, stretch: MetreStretch, bars_after: int, least: LeastMusic) -> Section:
    first, placed = _place_notes(transcript.notes, stretch, least)
    key = find_key(placed, accidentals=_mark_at(transcript.signatures, stretch.start))
    move = (-key.tonic if key.mode is Mode.MAJOR else 9 - key.tonic) % 12
    move = move - 12 if move > 6 else move  # noqa: PLR2004 - half an octave up at most
    tempo = _mark_at(transcript.tempos, stretch.start) or _DEFAULT_TEMPO
    bars = placed[-1].start // stretch.metre.bar_ticks + 1
    score = Score(placed, stretch.metre, bars, key, (Tempo(0, tempo),))
    fitted = _end_at_bar(quantised(_move_score(score, move)))
    return Section(first, fitted, move, bars_after, tempo_known=round(tempo) not in _DEFAULT_TEMPOS)


def _place_notes(notes: Sequence[Note], stretch: MetreStretch, least: LeastMusic) -> tuple[int, tuple[Note, ...]]:
    """Where the stretch's first bar begins that is not empty, and its notes, counted from there."""
    inside = [note for note in notes if stretch.inside <= note.start < stretch.end]
    if len(inside) < least.notes:
        raise Refused(least.too_few_notes)
    bar = stretch.metre.bar_ticks
    first = stretch.start + (inside[0].start - stretch.start) // bar * bar
    placed = shifted(inside, -first)
    bars = placed[-1].start // bar + 1
    if bars < least.bars:
        raise Refused(least.too_few_bars)
    if 1 - len(_sounding_bars(placed, bar, bars)) / bars > least.empty:
        raise Refused("more than a third of its bars are empty")
    return first, placed


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
