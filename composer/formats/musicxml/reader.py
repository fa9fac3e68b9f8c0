"""A score in MusicXML -> what it says.

Read by hand, because music21 10.5 lets an instrument's name decide how it transposes, takes unpitched notes for
melodies, and takes four times as long. Repeats are not played, and of alternative endings only the last is. Grace
notes and cue notes are left out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING

from composer.formats.dynamics import velocities_at
from composer.formats.endings import PlayedTime, earlier_endings
from composer.formats.metres import metre_of_bars
from composer.formats.musicxml.document import score_in
from composer.formats.musicxml.instruments import PartInstrument, instruments_in
from composer.formats.musicxml.part_reader import PartReader
from composer.formats.part_roles import VOICE, Line, check_key, notes_of, parts_of
from composer.formats.sections import Refused, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from composer.formats.musicxml.written_note import WrittenNote
    from composer.formats.part_roles import Row
    from composer.music.score import Part


def transcript_of(data: bytes, *, group: str) -> Transcript:
    """What a MusicXML file says, compressed or not.

    Args:
        data: Bytes of the file.
        group: See `composer.formats.part_roles`.

    Raises:
        Refused: If it is no score or not of this group.
    """
    parts = _read_parts(data)
    time = _ScoreTime(parts)
    staves = [staff for part in parts for staff in _staves_of(part, time)]
    if not staves:
        raise Refused("no notes")
    style, roles = parts_of([_line_of(staff) for staff in staves], group)
    sounding = next((part for part in parts if not any(part.transpositions.values())), parts[0])
    return Transcript(
        notes=notes_of(_note_rows(staves, roles)),
        metres=time.metres_by_tick(),
        signatures=[(time.tick(measure, at), sharps) for measure, at, sharps in sounding.keys],
        tempos=sorted({(time.tick(measure, at), bpm) for part in parts for measure, at, bpm in part.tempos}),
        whole_bars=time.whole_bars(),
        style=style,
    )


def _read_parts(data: bytes) -> list[PartReader]:
    score = score_in(data)
    instruments = instruments_in(score)
    parts = []
    for part in score.iterfind("part"):
        reader = PartReader(instruments.get(part.get("id", ""), PartInstrument(None, drums=False)))
        for measure in part.iterfind("measure"):
            reader.read(measure)
        reader.finish()
        parts.append(reader)
    if not any(part.lengths for part in parts):
        raise Refused("no notes")
    return parts


class _ScoreTime:
    """Where each measure begins: it lasts as long as most of its parts say, or its metre where none does."""

    def __init__(self, parts: Sequence[PartReader]) -> None:
        leader = max(parts, key=lambda part: len(part.lengths))
        said = [_lengths_said(parts, measure) for measure in range(len(leader.lengths))]
        marked = next((part.metres for part in (leader, *parts) if part.metres), [])
        self._metres = [(measure, metre) for measure, _, metre in marked]
        if not self._metres or self._metres[0][0]:
            before = said[: self._metres[0][0]] if self._metres else said
            self._metres.insert(0, (0, metre_of_bars(length for lengths in before for length in lengths)))
        self._lengths = [_agreed(lengths, self._bar_at(measure)) for measure, lengths in enumerate(said)]
        self._starts = [Fraction(0), *accumulate(self._lengths)]
        endings = {(self._starts[first], self._starts[last + 1]) for part in parts for first, last in part.endings}
        self._played = PlayedTime(earlier_endings(endings))

    def _bar_at(self, measure: int) -> Fraction:
        place = bisect_right([at for at, _ in self._metres], measure) - 1
        beats, unit = self._metres[max(place, 0)][1]
        return Fraction(4 * beats, unit)

    def place(self, measure: int, at: Fraction) -> Fraction:
        """Quarters from the beginning of the score."""
        return self._starts[measure] + at

    def tick(self, measure: int, at: Fraction) -> int:
        """Where a place comes to lie when the score is played."""
        return self.tick_at(self.place(measure, at))

    def tick_at(self, place: Fraction) -> int:
        """The same of a place in quarters."""
        return self._played.tick(place)

    def plays(self, place: Fraction) -> bool:
        """Whether a place is played at all."""
        return self._played.plays(place)

    def metres_by_tick(self) -> dict[int, tuple[int, int]]:
        """The metres by where they begin."""
        return {self.tick(measure, Fraction(0)): metre for measure, metre in self._metres}

    def whole_bars(self) -> list[int] | None:
        """Ticks at which bars begin that are as long as their metre says; None without any."""
        return [
            self.tick(measure, Fraction(0))
            for measure, length in enumerate(self._lengths)
            if length == self._bar_at(measure) and self.plays(self._starts[measure])
        ] or None


def _lengths_said(parts: Sequence[PartReader], measure: int) -> list[Fraction]:
    """What parts say of a measure's length: those that sound in it, or all that say anything."""
    there = [part for part in parts if measure < len(part.lengths) and part.lengths[measure]]
    sounding = [part for part in there if part.sounds[measure]]
    return [part.lengths[measure] for part in sounding or there]


def _agreed(lengths: Sequence[Fraction], bar: Fraction) -> Fraction:
    """The length that most parts give a measure; of equally many the metre's, or the longest."""
    counts = Counter(lengths)
    return max(counts, key=lambda length: (counts[length], length == bar, length), default=bar)


@dataclass(slots=True)
class _PlayedStaff:
    """A staff's notes as they sound: start, duration, MIDI key and velocity."""

    rows: list[tuple[int, int, int, int]]
    program: int
    drums: bool
    part: int


def _staves_of(part: PartReader, time: _ScoreTime) -> Iterator[_PlayedStaff]:
    given = part.instrument.program
    program = (VOICE if part.sung else 0) if given is None else given
    for (number, drums), notes in sorted(part.notes.items()):
        # A dynamic holds for all staves of an instrument; at one place, a staff's own does.
        marks = sorted(
            (measure, at, staff == number, name)
            for staff, written in part.dynamics.items()
            for measure, at, name in written
        )
        velocities = [(time.tick(measure, at), name) for measure, at, _, name in marks]
        rows = _tied(notes, time)
        loud = velocities_at(velocities)
        yield _PlayedStaff([(*row, loud(row[0])) for row in rows], program, drums, id(part))


def _tied(notes: Iterable[WrittenNote], time: _ScoreTime) -> list[tuple[int, int, int]]:
    """Start, duration and key of the notes that are played; tied ones are one."""
    rows: list[tuple[int, int, int]] = []
    held: dict[int, int] = {}
    for note in sorted(notes, key=lambda note: (time.place(note.measure, note.at), note.pitch)):
        place = time.place(note.measure, note.at)
        if not time.plays(place):
            continue
        start, end = time.tick_at(place), time.tick_at(place + note.quarters)
        before = held.pop(note.pitch, None) if note.tied_from else None
        if before is not None and sum(rows[before][:2]) == start:
            rows[before] = (rows[before][0], end - rows[before][0], note.pitch)
        else:
            before = len(rows)
            rows.append((start, max(1, end - start), note.pitch))
        if note.tied_on:
            held[note.pitch] = before
    return rows


def _line_of(staff: _PlayedStaff) -> Line:
    return Line.of(
        [row[0] for row in staff.rows],
        [row[1] for row in staff.rows],
        [row[2] for row in staff.rows],
        program=staff.program,
        drums=staff.drums,
        instrument=str(staff.part),
    )


def _note_rows(staves: Sequence[_PlayedStaff], roles: Sequence[Part | None]) -> Iterator[Row]:
    for staff, role in zip(staves, roles, strict=True):
        for start, duration, pitch, velocity in staff.rows:
            check_key(pitch)
            yield start, duration, pitch, velocity, role
