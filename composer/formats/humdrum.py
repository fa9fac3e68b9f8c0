"""A score in Humdrum's **kern -> what it says, read line by line.

By hand, because music21 10.5 loses measures where spines split: in 4 of 25 files of the Chopin first editions, taken
by chance, its staves had unequal numbers of them. Format: Huron, "The Humdrum Toolkit: Reference Manual".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.formats.dynamics import velocities_at
from composer.formats.metres import metre_of_bars
from composer.formats.part_roles import VOICE, Line, check_key, notes_of, parts_of
from composer.formats.sections import Refused, Transcript, read_each
from composer.formats.text_encoding import text_of
from composer.music.score import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.formats.part_roles import Row
    from composer.music.score import Part

_DURATION = re.compile(r"(\d+)(?:%(\d+))?(\.*)")
_PITCH = re.compile(r"([a-gA-G])\1*")
_METRE = re.compile(r"\*M([1-9]\d{0,2})/([1-9]\d{0,2})$")
_SIGNATURE = re.compile(r"\*k\[((?:[a-g][#-])*)\]$")
_TEMPO = re.compile(r"\*MM(\d+(?:\.\d+)?)")
_PLAYED = re.compile(r"\*>norep\[([^\]]*)\]$")
_LABEL = re.compile(r"\*>([^\[\]]+)$")
_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_MIDDLE_C = 60
_GRACE = re.compile(r"[qQ]")
_PROGRAMS = {
    "piano": 0, "cemba": 6, "organ": 19, "vox": VOICE, "soprn": VOICE, "alto": VOICE, "tenor": VOICE, "bass": VOICE,
    "cant": VOICE, "mezzo": VOICE, "canto": VOICE, "barit": VOICE, "violn": 40, "viola": 41, "cello": 42, "cbass": 43,
    "flt": 73, "oboe": 68, "clars": 71, "fagot": 70, "cor": 60, "tromp": 56, "tromb": 57, "timpa": 47, "arpa": 46,
}  # fmt: skip


@dataclass(slots=True)
class _KernStaff:
    """A column of notes with all that it splits into."""

    kind: str
    number: int
    part: str = ""
    program: int | None = None
    cue: bool = False
    rows: list[tuple[int, int, int, int]] = field(default_factory=list)
    held: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Spine:
    staff: _KernStaff
    ends: Fraction = Fraction(0)


def transcripts_of(data: bytes, *, group: str) -> list[Transcript]:
    """What a Humdrum file says: each of its songs, mostly one.

    Raises:
        Refused: If it is none, or not of this group (see `composer.formats.part_roles`).
    """
    return read_each(_songs_in(text_of(data)), lambda lines: _transcript_of(lines, group))


def _transcript_of(lines: Sequence[str], group: str) -> Transcript:
    reader = _SpineReader()
    for line in _played_lines(lines):
        reader.read(line.split("\t"))
    staves = [staff for staff in reader.staves if staff.kind == "**kern"]
    if not staves:
        raise Refused("unreadable: no **kern")
    style, parts = parts_of([_line_of(staff) for staff in staves], group)
    return Transcript(
        notes=notes_of(_note_rows(reader, staves, parts)),
        metres=reader.metres or {0: metre_of_bars(reader.bar_lengths())},
        signatures=reader.signatures,
        tempos=sorted(set(reader.tempos)),
        whole_bars=reader.whole_bars(),
        style=style,
    )


def _songs_in(text: str) -> Iterator[list[str]]:
    """Lines without comments, of one song after the other: each ends where all of its columns do."""
    song: list[str] = []
    for line in text.splitlines():
        if not line or line.startswith("!"):
            continue
        song.append(line)
        if set(line.split("\t")) == {"*-"}:
            yield song
            song = []
    if song:
        yield song


def _played_lines(lines: Sequence[str]) -> Iterator[str]:
    """Lines without the sections that a performance without repeats leaves out."""
    wanted = next((found.group(1).split(",") for line in lines if (found := _PLAYED.match(line.split("\t")[0]))), None)
    plays = True
    for line in lines:
        label = _LABEL.match(line.split("\t")[0])
        if label and wanted is not None:
            plays = label.group(1) in wanted
        # What splits or joins columns must be read wherever it stands.
        if plays or line.startswith("*"):
            yield line


def _ticks_of(time: Fraction) -> int:
    return round(time * TICKS_PER_QUARTER)


class _SpineReader:
    """Reads lines and remembers where each column stands."""

    def __init__(self) -> None:
        self.staves: list[_KernStaff] = []
        self.metres: dict[int, tuple[int, int]] = {}
        self.signatures: list[tuple[int, int]] = []
        self.tempos: list[tuple[int, float]] = []
        self.dynamics: dict[int, list[tuple[int, str]]] = {}
        self._spines: list[_Spine] = []
        self._now = Fraction(0)
        self._lines: list[tuple[Fraction, Fraction]] = []

    def read(self, cells: Sequence[str]) -> None:
        if not self._spines and cells[0].startswith("**"):
            self.staves = [_KernStaff(kind, number) for number, kind in enumerate(cells)]
            self._spines = [_Spine(staff) for staff in self.staves]
        elif len(cells) != len(self._spines):
            raise Refused("unreadable: a line with too many or too few columns")
        elif any(cell.startswith("**") for cell in cells):
            self._name_columns(cells)
        elif cells[0].startswith("*"):
            self._interpret(cells)
        elif cells[0].startswith("="):
            self._bar_line()
        else:
            self._strike(cells)

    def _name_columns(self, cells: Sequence[str]) -> None:
        """Let columns that were added, see `*+`, be what they are called."""
        for place, cell in enumerate(cells):
            before = self._spines[place - 1].staff if place else None
            if cell.startswith("**") and before is not None and before.kind == cell:
                self._spines[place].staff = before  # one more voice on the same staff
            elif cell.startswith("**"):
                self._spines[place].staff = _KernStaff(cell, len(self.staves))
                self.staves.append(self._spines[place].staff)

    def _bar_line(self) -> None:
        now = max((spine.ends for spine in self._spines if spine.staff.kind == "**kern"), default=self._now)
        self._now = now
        for spine in self._spines:
            spine.ends = now
        metre = list(self.metres.values())[-1] if self.metres else (4, 4)
        self._lines.append((now, Fraction(4 * metre[0], metre[1])))

    def whole_bars(self) -> list[int] | None:
        """Ticks at which bars begin that are as long as their metre says; None without any."""
        bars = zip(self._lines, self.bar_lengths(), strict=True)
        return [_ticks_of(start) for (start, bar), length in bars if length == bar] or None

    def bar_lengths(self) -> list[Fraction]:
        """Quarters from each bar line to the next."""
        starts = [time for time, _ in self._lines]
        return [end - start for start, end in pairwise([*starts, self._now])] if starts else []

    def _strike(self, cells: Sequence[str]) -> None:
        starts = [
            spine.ends
            for spine, cell in zip(self._spines, cells, strict=True)
            if spine.staff.kind == "**kern" and _length_of(cell) is not None
        ]
        self._now = max(starts, default=self._now)
        for spine, cell in zip(self._spines, cells, strict=True):
            length = _length_of(cell)
            if spine.staff.kind == "**dynam" and cell != ".":
                marks = [(_ticks_of(self._now), word) for word in re.findall(r"[a-z]+", cell)]
                self.dynamics.setdefault(spine.staff.number, []).extend(marks)
            elif spine.staff.kind == "**kern" and length is not None:
                start, spine.ends = spine.ends, spine.ends + length
                self._sound(spine.staff, cell, start)

    @staticmethod
    def _sound(staff: _KernStaff, cell: str, start: Fraction) -> None:
        for note in cell.split(" "):
            found, length = _PITCH.search(note), _length_of(note) or _length_of(cell)
            if found is None or length is None or staff.cue or "r" in note or _GRACE.search(note):
                continue
            pitch = _key_of(found.group(0)) + note.count("#") - note.count("-")
            first, end = _ticks_of(start), _ticks_of(start + length)
            before = staff.held.pop(pitch, None) if "]" in note or "_" in note else None
            if before is not None and sum(staff.rows[before][:2]) == first:
                staff.rows[before] = (staff.rows[before][0], end - staff.rows[before][0], *staff.rows[before][2:])
            else:
                before = len(staff.rows)
                staff.rows.append((first, max(1, end - first), pitch, 0))
            if "[" in note or "_" in note:
                staff.held[pitch] = before

    def _interpret(self, cells: Sequence[str]) -> None:
        now = max((spine.ends for spine in self._spines), default=self._now)
        for spine, cell in zip(self._spines, cells, strict=True):
            if spine.staff.kind == "**kern":
                self._mark(spine.staff, cell, _ticks_of(now))
        self._spines = list(self._moved(cells))
        exchanged = [place for place, cell in enumerate(cells) if cell == "*x"]
        for one, other in zip(exchanged[::2], exchanged[1::2], strict=False):
            self._spines[one], self._spines[other] = self._spines[other], self._spines[one]

    def _mark(self, staff: _KernStaff, cell: str, now: int) -> None:
        if found := _METRE.match(cell):
            self.metres[now] = int(found.group(1)), int(found.group(2))
        elif found := _SIGNATURE.match(cell):
            self.signatures.append((now, found.group(1).count("#") - found.group(1).count("-")))
        elif (found := _TEMPO.match(cell)) and float(found.group(1)) > 0:
            self.tempos.append((now, float(found.group(1))))
        elif cell in {"*cue", "*Xcue"}:
            staff.cue = cell == "*cue"
        elif cell.startswith("*part"):
            staff.part = cell
        elif cell.startswith("*I") and cell[2:].rstrip("0123456789") in _PROGRAMS:
            staff.program = _PROGRAMS[cell[2:].rstrip("0123456789")]

    def _moved(self, cells: Sequence[str]) -> Iterator[_Spine]:
        """The columns after those that split, join, begin or end."""
        joining: _Spine | None = None
        for spine, cell in zip(self._spines, cells, strict=True):
            if cell == "*v" and joining is not None and joining.staff is spine.staff:
                joining.ends = max(joining.ends, spine.ends)
                continue
            joining = spine if cell == "*v" else None
            if cell != "*-":
                yield spine
            if cell in {"*^", "*+"}:
                yield _Spine(spine.staff if cell == "*^" else _KernStaff("", -1), spine.ends)


def _length_of(cell: str) -> Fraction | None:
    """Quarters that a cell lasts; None for one that takes no time or says none."""
    first = cell.partition(" ")[0]
    found = _DURATION.search(first)
    if found is None or _GRACE.search(first):
        return None
    digits, per, dots = found.groups()
    breve = set(digits) == {"0"}
    whole = Fraction(4 * 2 ** len(digits)) if breve else Fraction(4, int(digits)) * int(per or 1)
    return whole * (2 - Fraction(1, 2 ** len(dots)))


def _key_of(letters: str) -> int:
    """MIDI's key: c is the middle one, cc an octave up, C below it, CC an octave lower still."""
    step = _MIDDLE_C + _STEPS[letters[0].lower()]
    return step + 12 * (len(letters) - 1) if letters[0].islower() else step - 12 * len(letters)


def _line_of(staff: _KernStaff) -> Line:
    return Line.of(
        [row[0] for row in staff.rows],
        [row[1] for row in staff.rows],
        [row[2] for row in staff.rows],
        program=staff.program or 0,
        drums=False,
        instrument=staff.part,
    )


def _note_rows(reader: _SpineReader, staves: Sequence[_KernStaff], parts: Sequence[Part | None]) -> Iterator[Row]:
    for staff, part in zip(staves, parts, strict=True):
        loud = velocities_at(_dynamics_of(staff, reader))
        for start, duration, pitch, _ in staff.rows:
            check_key(pitch)
            yield start, duration, pitch, loud(start), part


def _dynamics_of(staff: _KernStaff, reader: _SpineReader) -> list[tuple[int, str]]:
    """Dynamics that hold for a staff: those of its instrument's columns, of which its own are the last at each tick.

    A column of dynamics belongs to the next column of notes on its left; a single one is everybody's.
    """
    marks = []
    for number, written in reader.dynamics.items():
        owner = next((each for each in reversed(reader.staves[:number]) if each.kind == "**kern"), staff)
        if owner is staff or len(reader.dynamics) == 1 or (staff.part and owner.part == staff.part):
            marks += [(at, owner is staff, word) for at, word in written]
    return [(at, word) for at, _, word in sorted(marks, key=lambda mark: mark[:2])]
