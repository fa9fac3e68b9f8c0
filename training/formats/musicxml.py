"""A score in MusicXML -> what it says, through music21.

Repeats are not played, and of alternative endings only the last is. Grace notes are left out.
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import music21
from music21 import converter

from training.formats.dynamics import velocities_at
from training.formats.endings import PlayedTime, earlier_endings
from training.formats.metres import metre_of_bars
from training.formats.part_roles import VOICE, Line, notes_of, parts_of
from training.formats.sections import Refused, Transcript
from training.formats.text_encoding import text_of, unpack_score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.music.score import Part
    from training.formats.part_roles import Row

_DRUM_CHANNEL = 9
_DRUMS_ON_LINES = {"F4": 36, "G4": 36, "A4": 43, "C5": 38, "D5": 47, "E5": 48, "F5": 51, "G5": 42, "A5": 49, "D4": 44}
"""General MIDI percussion by the place on the staff where it is usually written; the snare is any other's."""

_SNARE = 38


def transcript_of(data: bytes, *, suffix: str, group: str) -> Transcript:
    """What a MusicXML file says.

    Args:
        data: Bytes of the file.
        suffix: `.mxl` where it is compressed, else `.xml` or `.musicxml`.
        group: See `training.formats.part_roles`.

    Raises:
        Refused: If music21 cannot read it or it is not of this group.
    """
    score = _parse_score(data, suffix)
    staves = list(score.parts) or [score]
    time = _MeasureTime(staves, score)
    lines = [_StaffReader(staff, time) for staff in staves]
    style, parts = parts_of([line.line for line in lines], group)
    sounding = [staff for staff, line in zip(staves, lines, strict=True) if not line.transposition] or staves
    return Transcript(
        notes=notes_of(_with_parts(lines, parts)),
        metres=time.metres(),
        signatures=[(time.tick(at), mark.sharps) for at, mark in _marks_of(sounding[0], "KeySignature")],
        tempos=sorted({(time.tick(at), float(bpm)) for at, bpm in _tempos_of(score)}),
        whole_bars=time.whole_bars,
        style=style,
    )


def _parse_score(data: bytes, suffix: str) -> Any:  # noqa: ANN401 - music21 types little
    text = text_of(unpack_score(data) if suffix == ".mxl" else data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            score = converter.parse(text, format="musicxml", forceSource=True)
    except Exception as error:  # music21 raises whatever its readers meet
        raise Refused(f"unreadable: {type(error).__name__}") from error
    return score.scores[0] if isinstance(score, music21.stream.Opus) and len(score.scores) else score


def _marks_of(stream: Any, kind: str) -> list[tuple[Any, Any]]:  # noqa: ANN401
    return [(mark.offset, mark) for mark in stream.flatten().getElementsByClass(kind)]


def _tempos_of(score: Any) -> Iterator[tuple[Any, float]]:  # noqa: ANN401
    for at, mark in _marks_of(score, "MetronomeMark"):
        quarters = mark.getQuarterBPM()
        if quarters and quarters > 0:
            yield at, quarters


@dataclass(frozen=True, slots=True)
class _Bar:
    start: Any
    end: Any


class _MeasureTime:
    """A score's time without its first endings, on the grid."""

    def __init__(self, staves: Sequence[Any], score: Any) -> None:  # noqa: ANN401
        measured = [list(staff.getElementsByClass("Measure")) for staff in staves]
        ends = [max(staff.highestTime, 0) for staff in staves]
        self._leader = staves[max(range(len(staves)), key=lambda index: len(measured[index]))]
        starts = [measure.offset for measure in max(measured, key=len)]
        self._bars = [_Bar(start, end) for start, end in pairwise([*starts, max(ends)])]
        if self._bars and min(ends) <= self._bars[-1].start - (self._bars[-1].end - self._bars[-1].start):
            raise Refused("staves of unequal length")
        self._played = PlayedTime(earlier_endings(_endings_of(score)))

    def marks(self, kind: str) -> list[tuple[Any, Any]]:
        """Marks of the staff with most bars, where they stood."""
        return _marks_of(self._leader, kind)

    def plays(self, at: Any) -> bool:  # noqa: ANN401
        """Whether a place is in none of the endings that are left out."""
        return self._played.plays(at)

    def tick(self, at: Any) -> int:  # noqa: ANN401
        """Where a place of the score comes to lie."""
        return self._played.tick(at)

    def metres(self) -> dict[int, tuple[int, int]]:
        """Time signatures by their ticks; what most bars say where there is none."""
        named = {self.tick(at): (mark.numerator, mark.denominator) for at, mark in self.marks("TimeSignature")}
        return named or {0: metre_of_bars(Fraction(bar.end - bar.start) for bar in self._bars)}

    @property
    def whole_bars(self) -> list[int] | None:
        """Ticks at which bars begin that are as long as their metre says; None without any."""
        metres = [(at, mark.barDuration.quarterLength) for at, mark in self.marks("TimeSignature")]
        if not metres:
            beats, unit = next(iter(self.metres().values()))
            metres = [(0, Fraction(4 * beats, unit))]
        times = [at for at, _ in metres]
        whole = []
        for bar in self._bars:
            place = bisect_right(times, bar.start) - 1
            if place >= 0 and bar.end - bar.start == metres[place][1] and self.plays(bar.start):
                whole.append(self.tick(bar.start))
        return whole or None


def _endings_of(score: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    """Where each ending begins and ends."""
    for bracket in score.recurse().getElementsByClass("RepeatBracket"):
        measures = bracket.getSpannedElements()
        if measures:
            last = measures[-1]
            yield measures[0].offset, last.offset + last.quarterLength


class _StaffReader:
    """The notes of a staff or voice."""

    def __init__(self, staff: Any, time: _MeasureTime) -> None:  # noqa: ANN401
        instrument = staff.getInstrument()
        self.drums = instrument.midiChannel == _DRUM_CHANNEL or "UnpitchedPercussion" in instrument.classes
        moved = None if staff.atSoundingPitch is True or self.drums else instrument.transposition
        self.transposition = moved.semitones if moved else 0
        flat = staff.flatten()
        loud = velocities_at((time.tick(at), mark.value) for at, mark in _marks_of(staff, "Dynamic"))
        self.rows: list[tuple[int, int, int, int]] = []
        self._held: dict[int, int] = {}
        sung = False
        for sound in flat.notes:
            if sound.duration.isGrace or "Harmony" in sound.classes or not time.plays(sound.offset):
                continue
            sung = sung or bool(sound.lyrics)
            start, end = time.tick(sound.offset), time.tick(sound.offset + sound.quarterLength)
            for note in sound.notes if hasattr(sound, "notes") else (sound,):
                self._add(start, end, self._key(note), loud(start), note.tie.type if note.tie else "")
        program = instrument.midiProgram
        self.line = Line.of(
            [row[0] for row in self.rows],
            [row[1] for row in self.rows],
            [row[2] for row in self.rows],
            program=(VOICE if sung else 0) if program is None else program,
            drums=self.drums,
            instrument=str(staff.id).rpartition("-Staff")[0],
        )

    def _key(self, note: Any) -> int:  # noqa: ANN401
        if hasattr(note, "pitch"):
            return int(note.pitch.midi) + self.transposition
        named = getattr(note.storedInstrument, "percMapPitch", None)
        return int(named or _DRUMS_ON_LINES.get(note.displayName, _SNARE))

    def _add(self, start: int, end: int, pitch: int, velocity: int, tie: str) -> None:
        before = self._held.pop(pitch, None) if tie in {"stop", "continue"} else None
        if before is not None and self.rows[before][0] + self.rows[before][1] == start:
            began, _, _, first = self.rows[before]
            self.rows[before] = (began, end - began, pitch, first)
        else:
            before = len(self.rows)
            self.rows.append((start, max(1, end - start), pitch, velocity))
        if tie in {"start", "continue"}:
            self._held[pitch] = before


def _with_parts(staves: Sequence[_StaffReader], parts: Sequence[Part | None]) -> Iterator[Row]:
    for staff, part in zip(staves, parts, strict=True):
        for start, duration, pitch, velocity in staff.rows:
            if not 0 <= pitch < 128:  # noqa: PLR2004 - MIDI keys
                raise Refused("notes beyond the keyboard")
            yield start, duration, pitch, velocity, part
