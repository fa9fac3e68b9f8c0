"""Score <-> tokens.

`quantised` makes a score that tokens can hold exactly; `encode` and `decode` are inverse on such scores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from composer.music.score import Note, Part, Score, note_order
from composer.tokens import vocabulary
from composer.tokens.vocabulary import Kind, token_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from composer.music.score import Key, Metre, Tempo

STROKE = 6
"""Ticks that a drum note lasts, unless the same drum is struck again sooner: tokens do not say its duration."""


def quantised(score: Score) -> Score:
    """The nearest score that tokens can hold: known durations and velocities, no doubled notes.

    A drum stroke has no duration of its own: each gets `STROKE`. Drums outside the vocabulary are left out,
    pitches outside it move by octaves into it. Of two notes of one part on one key at one onset the longer
    stays; a note that still sounds when its key is struck again in its part ends there. Notes that start after
    the last bar are left out; one that rings on after it keeps its duration.
    """
    fitted = (_fitted(note) for note in score.notes)
    lanes: dict[tuple[Part, int], list[Note]] = {}
    for note in sorted((note for note in fitted if note is not None), key=lambda note: (note.start, -note.duration)):
        lanes.setdefault((note.part, note.pitch), []).append(note)
    notes = (note for lane in lanes.values() for note in _without_overlaps(lane))
    inside = (note for note in notes if note.start < score.ticks)
    return replace(score, notes=tuple(inside))


def _fitted(note: Note) -> Note | None:
    low, high = vocabulary.LOWEST_PITCH, vocabulary.HIGHEST_PITCH
    pitch = note.pitch
    if note.part is Part.DRUMS:
        if not vocabulary.LOWEST_DRUM <= pitch <= vocabulary.HIGHEST_DRUM:
            return None
        note = replace(note, duration=STROKE)
    else:
        while pitch < low:
            pitch += 12
        while pitch > high:
            pitch -= 12
    return replace(
        note,
        pitch=pitch,
        duration=vocabulary.nearest_duration(note.duration),
        velocity=vocabulary.nearest_velocity(note.velocity),
    )


def _without_overlaps(lane: Sequence[Note]) -> Iterator[Note]:
    kept: list[Note] = []
    for note in lane:
        if not kept or note.start > kept[-1].start:
            kept.append(note)
    for note, following in zip(kept, [*kept[1:], None], strict=True):
        room = note.duration if following is None else following.start - note.start
        if note.duration <= room:
            yield note
        else:
            yield replace(note, duration=max(known for known in vocabulary.DURATIONS if known <= room))


def encode(score: Score) -> list[int]:
    """Tokens of a quantised score, from START to END.

    Raises:
        ValueError: If a pitch, duration or velocity has no token (see `quantised`), or a note starts after the
            last bar. What a drum note's duration is, is not looked at.
    """
    if score.notes and score.notes[-1].start >= score.ticks:
        raise ValueError("a note starts after the last bar")
    bar_ticks = score.metre.bar_ticks
    onsets = {start: list(notes) for start, notes in groupby(score.notes, key=lambda note: note.start)}
    starts_by_bar = {bar: list(starts) for bar, starts in groupby(sorted(onsets), key=lambda start: start // bar_ticks)}
    writer = _TokenWriter()
    for bar in range(score.bars):
        writer.tokens.append(vocabulary.BAR)
        for start in starts_by_bar.get(bar, ()):
            writer.onset(start % bar_ticks, onsets[start])
    return [vocabulary.START, *writer.tokens, vocabulary.END]


class _TokenWriter:
    """Writes onsets and remembers what need not be said again."""

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self._velocities: dict[Part, int] = {}

    def onset(self, position: int, notes: Iterable[Note]) -> None:
        self.tokens.append(token_of(Kind.POSITION, position))
        for _, chord in groupby(sorted(notes, key=note_order), key=lambda note: note.part):
            duration = None
            for note in chord:
                self._note(note, duration)
                duration = note.duration

    def _note(self, note: Note, duration_before: int | None) -> None:
        kind = Kind.DRUM if note.part is Part.DRUMS else Kind.PITCH
        self.tokens.append(token_of(kind, note.pitch, note.part))
        if kind is Kind.PITCH and note.duration != duration_before:
            self.tokens.append(token_of(Kind.DURATION, note.duration))
        if self._velocities.get(note.part) != note.velocity:
            self.tokens.append(token_of(Kind.VELOCITY, note.velocity))
            self._velocities[note.part] = note.velocity


def decode(tokens: Iterable[int], *, metre: Metre, key: Key, tempos: tuple[Tempo, ...]) -> Score:
    """The score that `tokens` spell; tokens after END are not read.

    Notes keep the durations that tokens say, also beyond the last bar.

    Raises:
        ValueError: If a token does not exist, or a position, note, duration or velocity stands where it means
            nothing.
    """
    reader = _TokenReader(metre.bar_ticks)
    for token in tokens:
        if not 0 <= token < vocabulary.VOCABULARY_SIZE:
            raise ValueError(f"no token {token}; there are {vocabulary.VOCABULARY_SIZE}")
        event = vocabulary.EVENTS[token]
        if event.kind is Kind.END:
            break
        reader.read(event)
    return Score(tuple(reader.notes()), metre, max(reader.bars, 1), key, tempos)


class _TokenReader:
    """Reads events; a note is whole only when the next one begins."""

    def __init__(self, bar_ticks: int) -> None:
        self.bars = 0
        self._bar_ticks = bar_ticks
        self._start: int | None = None
        self._velocities: dict[Part, int] = {}
        self._strokes: dict[int, _UnfinishedNote] = {}
        self._rows: list[_UnfinishedNote] = []

    def read(self, event: vocabulary.Event) -> None:
        kind, value = event.kind, event.value
        if kind is Kind.BAR:
            self.bars += 1
            self._start = None
        elif kind is Kind.POSITION:
            self._enter(value)
        elif event.part is not None:
            self._strike(value, event.part)
        elif kind is Kind.DURATION:
            self._last(pitched=True).duration = value
        elif kind is Kind.VELOCITY:
            row = self._last(pitched=False)
            row.velocity = self._velocities[row.part] = value
        elif self.bars:
            raise ValueError("a start after the first bar")

    def _enter(self, position: int) -> None:
        start = (self.bars - 1) * self._bar_ticks + position
        if not self.bars or position >= self._bar_ticks:
            raise ValueError(f"position {position} is in no bar")
        if self._start is not None and start <= self._start:
            raise ValueError(f"position {position} is not after the one before in its bar")
        self._start = start

    def _last(self, *, pitched: bool) -> _UnfinishedNote:
        row = self._rows[-1] if self._rows else None
        if row is None or row.start != self._start or (pitched and row.part is Part.DRUMS):
            raise ValueError("a duration or velocity that belongs to no note")
        return row

    def _strike(self, pitch: int, part: Part) -> None:
        if self._start is None:
            raise ValueError("a note before any position")
        before = self._rows[-1] if self._rows else None
        row = _UnfinishedNote(self._start, None, pitch, self._velocities.get(part), part)
        if part is Part.DRUMS:
            self._end_stroke(row)
        elif before is not None and before.start == self._start and before.part is part:
            row.duration = before.duration
        self._rows.append(row)

    def _end_stroke(self, row: _UnfinishedNote) -> None:
        """Let the same drum's stroke before `row` end where `row` begins, as `quantised` does."""
        row.duration = STROKE
        before = self._strokes.get(row.pitch)
        if before is not None and before.start < row.start:
            before.duration = min(STROKE, row.start - before.start)
        self._strokes[row.pitch] = row

    def notes(self) -> Iterator[Note]:
        for row in self._rows:
            if row.duration is None or row.velocity is None:
                raise ValueError(f"a note without duration or velocity at tick {row.start}")
            yield Note(row.start, row.duration, row.pitch, row.velocity, row.part)


@dataclass(slots=True)
class _UnfinishedNote:
    """A note that is still being read."""

    start: int
    duration: int | None
    pitch: int
    velocity: int | None
    part: Part
