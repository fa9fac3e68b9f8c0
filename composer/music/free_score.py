"""Music without metre: sounds at any moment, of any timbre, that may glide from one pitch to another."""

from __future__ import annotations

from dataclasses import dataclass

from composer.music.score import TICKS_PER_QUARTER, Key, Metre, Mode, Note, Part, Score, Tempo

METRE, KEY = Metre(4, 4), Key(0, Mode.MAJOR)
"""What stands in for the metre and the key that free music lacks, where a score has to name some."""

_MINUTE = 60.0


@dataclass(frozen=True, slots=True, order=True)
class FreeNote(Note):
    """A sound of free music.

    Attributes:
        late: Share of a tick, in [0, 1), by which it begins and ends later than `start` and `end` say.
        glide: Semitones by which it has risen at its end, evenly from its beginning on; negative if it falls.
        timbre: Index of its timbre among those of the score.
    """

    late: float = 0.0
    glide: float = 0.0
    timbre: int = 0

    def __post_init__(self) -> None:
        """Refuse a delay of a tick and more, and what `Note` refuses."""
        Note.__post_init__(self)
        if not 0 <= self.late < 1:
            raise ValueError(f"a note is late by less than a tick: {self.late}")

    @property
    def is_drum(self) -> bool:
        """Whether its pitch is a percussion key."""
        return self.part is Part.DRUMS


@dataclass(frozen=True, slots=True)
class Clock:
    """Counts the time of free music in bars of about a second, a tick of which lasts about 10 ms.

    So whoever reads metrical scores alone can read a free one, if only roughly.

    Attributes:
        seconds: Length of the piece.
    """

    seconds: float

    @property
    def bars(self) -> int:
        """Number of bars, at least 1."""
        return max(1, round(self.seconds))

    @property
    def tempo(self) -> Tempo:
        """The only tempo, at which the bars last as long as the piece."""
        return Tempo(0, self.ticks_a_second * _MINUTE / TICKS_PER_QUARTER)

    @property
    def ticks_a_second(self) -> float:
        """Ticks in a second, about 96."""
        return self.bars * METRE.bar_ticks / self.seconds


@dataclass(frozen=True, slots=True)
class FreeScore(Score):
    """A piece without metre and key.

    `metre`, `bars`, `key` and `tempos` count its time and mean nothing else, see `Clock`.

    Attributes:
        notes: Sounds in order of time.
        timbres: Names of the timbres.
    """

    notes: tuple[FreeNote, ...]
    timbres: tuple[str, ...] = ()

    @classmethod
    def of(cls, notes: tuple[FreeNote, ...], *, seconds: float, timbres: tuple[str, ...]) -> FreeScore:
        """A piece of so many seconds, whose notes are in ticks of its `Clock`."""
        clock = Clock(seconds)
        return cls(notes, METRE, clock.bars, KEY, (clock.tempo,), timbres=timbres)
