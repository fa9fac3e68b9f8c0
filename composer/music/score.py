"""A piece of music as data: notes on a grid of ticks, in one metre, with a tempo and a key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

TICKS_PER_QUARTER = 24
"""Divides 32nds (3), sixteenth triplets (4) and eighth triplets (8) evenly.

At 12, 12 % of the onsets of the Chopin first editions are off the grid; at 24, 7 % (grace notes and
tuplets of 5 and 7 remain).
"""

SIXTEENTH = TICKS_PER_QUARTER // 4

PITCHES = 128
VELOCITIES = 128
PITCH_CLASSES = 12


class Part(IntEnum):
    """The role that a note plays; instruments are chosen for roles when the MIDI is written.

    In piano music MELODY is the right hand and ACCOMPANIMENT the left. DRUMS carry General MIDI
    percussion keys as pitches.
    """

    MELODY = 0
    ACCOMPANIMENT = 1
    BASS = 2
    DRUMS = 3


class Mode(IntEnum):
    """Major or minor."""

    MAJOR = 0
    MINOR = 1


_TONIC_NAMES = {
    Mode.MAJOR: ("C", "D flat", "D", "E flat", "E", "F", "G flat", "G", "A flat", "A", "B flat", "B"),
    Mode.MINOR: ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "G sharp", "A", "B flat", "B"),
}
"""By pitch class: of two names the one with fewer sharps or flats in its signature, and of six flats and sharps the
flats."""


@dataclass(frozen=True, slots=True, order=True)
class Metre:
    """A time signature."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        """Refuse what does not fill a whole number of ticks."""
        if self.numerator < 1 or self.denominator not in {1, 2, 4, 8, 16}:
            raise ValueError(f"no such metre: {self.numerator}/{self.denominator}")

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return self.numerator * TICKS_PER_QUARTER * 4 // self.denominator

    @property
    def beat_ticks(self) -> int:
        """Length of a felt beat in ticks: three units where the metre is compound (6/8, 9/8, 12/8)."""
        unit = TICKS_PER_QUARTER * 4 // self.denominator
        return 3 * unit if self.numerator % 3 == 0 and self.numerator > 3 else unit  # noqa: PLR2004 - 3/8 is no compound metre

    def __str__(self) -> str:
        """As printed: 3/4."""
        return f"{self.numerator}/{self.denominator}"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A tonic (pitch class 0-11, C is 0) and a mode."""

    tonic: int
    mode: Mode

    def __post_init__(self) -> None:
        """Refuse pitch classes outside 0-11."""
        if not 0 <= self.tonic < PITCH_CLASSES:
            raise ValueError(f"tonic must be in 0-11, got {self.tonic}")

    def semitones_to(self, other: Key) -> int:
        """How far its tonic is from another one, the shorter way: -5 to 6."""
        return (other.tonic - self.tonic + 5) % PITCH_CLASSES - 5

    def transposed(self, semitones: int) -> Key:
        """The key so many semitones higher, or lower where negative."""
        return replace(self, tonic=(self.tonic + semitones) % PITCH_CLASSES)

    @property
    def tonic_name(self) -> str:
        """The tonic as it is spelled in this mode: G flat in major, F sharp in minor."""
        return _TONIC_NAMES[self.mode][self.tonic]

    def __str__(self) -> str:
        """As people say it, and as it stands in files: E flat major."""
        return f"{self.tonic_name} {self.mode.name.lower()}"


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note.

    Attributes:
        start: Tick from the beginning of the piece, at least 0.
        duration: Length in ticks, at least 1.
        pitch: MIDI key 0-127 (for DRUMS the percussion key).
        velocity: 1-127.
        part: The role it plays.
    """

    start: int
    duration: int
    pitch: int
    velocity: int
    part: Part

    def __post_init__(self) -> None:
        """Refuse values that no MIDI file can hold."""
        if self.start < 0 or self.duration < 1:
            raise ValueError(f"a note needs start >= 0 and duration >= 1: {self.start}, {self.duration}")
        if not (0 <= self.pitch < PITCHES and 0 < self.velocity < VELOCITIES):
            raise ValueError(f"pitch 0-127 and velocity 1-127 expected: {self.pitch}, {self.velocity}")

    @property
    def end(self) -> int:
        """First tick after the note."""
        return self.start + self.duration


@dataclass(frozen=True, slots=True, order=True)
class Tempo:
    """From `start` (tick) on, so many quarters a minute."""

    start: int
    quarters_per_minute: float

    def __post_init__(self) -> None:
        """Refuse tempos at which time stands still, is over at once or runs backwards."""
        if self.start < 0 or not 0 < self.quarters_per_minute < float("inf"):
            raise ValueError(f"a tempo needs start >= 0 and quarters > 0: {self.start}, {self.quarters_per_minute}")


@dataclass(frozen=True, slots=True, order=True)
class KeyChange:
    """From `start` (tick) on, a piece stands in `key`."""

    start: int
    key: Key


def note_order(note: Note) -> tuple[int, int, int]:
    """Sort key of the notes of a score: by time, at one onset by part, in a part from high to low.

    Part before pitch costs fewer tokens than pitch before part wherever voice and piano cross.
    """
    return (note.start, note.part, -note.pitch)


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece.

    Attributes:
        notes: Notes in `note_order`.
        metre: One metre from the first bar to the last.
        bars: Number of bars, at least 1; the last notes may ring on after them.
        key: The key in which it begins.
        tempos: Tempos, at least one, the first at tick 0, ascending by start.
        key_changes: Changes of key after tick 0, ascending by start. Each stands at a bar line.
        opening: Ticks of the first bar before its upbeat, which are not played: whole sixteenths; 0 without an upbeat.
    """

    notes: tuple[Note, ...]
    metre: Metre
    bars: int
    key: Key
    tempos: tuple[Tempo, ...] = (Tempo(0, 120.0),)
    key_changes: tuple[KeyChange, ...] = ()
    opening: int = 0

    def __post_init__(self) -> None:
        """Put notes in order; refuse what no file can hold, such as no bars or a key that changes in a bar."""
        if self.bars < 1:
            raise ValueError(f"a score needs at least one bar, got {self.bars}")
        if not self.tempos or self.tempos[0].start != 0:
            raise ValueError("the first tempo must stand at tick 0")
        if any(before.start >= after.start for before, after in pairwise(self.tempos)):
            raise ValueError("tempos must ascend")
        starts = [0, *(change.start for change in self.key_changes)]
        if any(before >= after for before, after in pairwise(starts)):
            raise ValueError("changes of key must ascend from the second bar on")
        if any(start % self.metre.bar_ticks for start in starts):
            raise ValueError("a key changes at a bar line")
        if not 0 <= self.opening < self.metre.bar_ticks or (self.metre.bar_ticks - self.opening) % SIXTEENTH:
            raise ValueError(f"an upbeat begins in the first bar, on a sixteenth, not at {self.opening}")
        if any(note.start < self.opening for note in self.notes):
            raise ValueError("a note before the upbeat")
        object.__setattr__(self, "notes", tuple(sorted(self.notes, key=note_order)))

    @property
    def ticks(self) -> int:
        """Length of all bars in ticks."""
        return self.bars * self.metre.bar_ticks

    @property
    def upbeat_bars(self) -> int:
        """Bars before the first whole one: 1 where it begins with an upbeat, else 0."""
        return int(self.opening > 0)

    @property
    def beats_per_minute(self) -> float:
        """Felt beats a minute with which it begins, and which are told of it; players drift around them."""
        return self.tempos[0].quarters_per_minute * TICKS_PER_QUARTER / self.metre.beat_ticks

    @property
    def seconds(self) -> float:
        """Time from its beginning to the end of the last bar."""
        return self.seconds_at(self.ticks)

    def seconds_at(self, tick: int) -> float:
        """Seconds from the beginning, where an upbeat begins, to `tick`, through all tempo changes."""
        total = 0.0
        ends = [*(tempo.start for tempo in self.tempos[1:]), tick]
        for tempo, end in zip(self.tempos, ends, strict=True):
            span = min(end, tick) - max(tempo.start, self.opening)
            if span > 0:
                total += span * 60.0 / (tempo.quarters_per_minute * TICKS_PER_QUARTER)
        return total

    def key_at(self, tick: int) -> Key:
        """The key in which the piece stands at `tick`."""
        return next((change.key for change in reversed(self.key_changes) if change.start <= tick), self.key)

    def transposed(self, semitones: int) -> Score:
        """Move every pitched note and all keys by `semitones`; drums stay.

        Raises:
            ValueError: If a pitch would leave 0-127.
        """
        moved = tuple(
            note if note.part is Part.DRUMS else replace(note, pitch=note.pitch + semitones) for note in self.notes
        )
        changes = tuple(replace(change, key=change.key.transposed(semitones)) for change in self.key_changes)
        return replace(self, notes=moved, key=self.key.transposed(semitones), key_changes=changes)
