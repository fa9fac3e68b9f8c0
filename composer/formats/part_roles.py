"""Which part each line of a file plays, and in which style: by the group of its set, or found out.

A line is a track of a MIDI file, or a staff or voice of notation.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from composer.formats.drum_strokes import nearest_stroke
from composer.formats.sections import MOST_TICKS, Refused
from composer.music.score import PITCHES, TICKS_PER_QUARTER, Note, Part, note_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

FIND_OUT = "any"
"""The group of a set of which nobody said what plays in it."""

_TUNE = "tune"
"""The group of a melody with an accompaniment that was made of chord symbols."""

PIANOS = range(8)
VOICE = 52
_VOICES = range(52, 55)
_ORGANS = range(16, 21)
_BOWED = frozenset({40, 41, 42, 43, 44, 45, 48, 49})
_QUARTET = 4
_FEWEST_MANY = 5

_CHORDAL = 0.1
"""Share of notes that start while another still sounds, from which a line is more than one melody."""

_STRAY = 3
_STRAY_SHARE = 0.02
"""Notes, and share of all, up to which a line is strays and not a part."""

_LOWEST_PLAYED = 12
"""Keys below are no music: sample libraries are switched by them. A piano begins at 21."""

MOST_NOTES = 500_000
"""Notes beyond which a file is no piece."""

_HAND_WINDOW = 4 * TICKS_PER_QUARTER
_LOWEST_DIVIDE, _HIGHEST_DIVIDE = 55, 65

Row = tuple[int, int, int, int, "Part | None"]
"""Start, duration, pitch, velocity and part; no part for keyboard music that must be given to two hands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What tells its part.

    Attributes:
        notes: How many it has.
        height: Mean pitch of the notes; 0 without any.
        program: General MIDI.
        drums: Whether it is percussion.
        chordal: Whether it is more than one melody.
        instrument: Equal for the staves of one instrument; empty where nothing is known of that.
    """

    notes: int
    height: float
    program: int
    drums: bool
    chordal: bool
    instrument: str = ""

    @classmethod
    def of(
        cls,
        starts: ArrayLike,
        durations: ArrayLike,
        pitches: ArrayLike,
        *,
        program: int,
        drums: bool,
        instrument: str = "",
    ) -> Line:
        """A line by its notes, in any unit of time."""
        heights = np.asarray(pitches)
        return cls(
            notes=len(heights),
            height=float(heights.mean()) if len(heights) else 0.0,
            program=program,
            drums=drums,
            chordal=_share_overlapping(np.asarray(starts), np.asarray(durations)) > _CHORDAL,
            instrument=instrument,
        )


def _share_overlapping(starts: np.ndarray, durations: np.ndarray) -> float:
    """Share of notes of which at least half sounds together with one that was struck before."""
    if not len(starts):
        return 0.0
    order = np.lexsort((-durations, starts))
    starts, durations = starts[order], durations[order]
    ends = np.maximum.accumulate(starts + durations)
    return float(np.mean(ends[:-1] - starts[1:] >= durations[1:] / 2)) if len(starts) > 1 else 0.0


def parts_of(lines: Sequence[Line], group: str) -> tuple[str, list[Part | None]]:
    """The style, where it must be found out (else empty), and the part of each line.

    Args:
        lines: Lines of one piece, in any order.
        group: `solo-piano` has two staves, the upper of them MELODY. `song` has a voice, MELODY, and a piano. In
            all others the highest line is MELODY, the lowest BASS. `FIND_OUT` takes what the lines look like.

    Raises:
        Refused: If the lines are not of the group, or no style is for them.
    """
    pitched = [index for index, line in enumerate(lines) if line.notes and not line.drums]
    fewest = min(_STRAY, _STRAY_SHARE * sum(lines[index].notes for index in pitched))
    pitched = [index for index in pitched if lines[index].notes > fewest]
    style = ""
    if group == FIND_OUT:
        group, style = _found_out(
            [lines[index] for index in pitched], drums=any(line.drums and line.notes for line in lines)
        )
    if group == "one":
        roles: dict[int, Part | None] = {pitched[0]: None if lines[pitched[0]].chordal else Part.MELODY}
    else:
        roles = dict(_assign_roles(lines, pitched, group))
    return style, [
        Part.DRUMS if line.drums else roles.get(index, Part.ACCOMPANIMENT) for index, line in enumerate(lines)
    ]


def _assign_roles(lines: Sequence[Line], pitched: Sequence[int], group: str) -> dict[int, Part]:
    pianos = [index for index in pitched if lines[index].program in PIANOS]
    by_height = sorted(pitched, key=lambda index: -lines[index].height)
    roles = dict.fromkeys(pitched, Part.ACCOMPANIMENT)
    if group == "solo-piano":
        if len(pitched) != 2 or pianos != pitched:  # noqa: PLR2004 - two hands
            raise Refused("not two staves of keyboard music")
        roles[by_height[0]] = Part.MELODY
    elif group == "song":
        if len(pitched) != 1 + len(pianos) or not _one_instrument([lines[index] for index in pianos]):
            raise Refused("not one voice and piano")
        roles[next(index for index in pitched if index not in pianos)] = Part.MELODY
    elif group == _TUNE:
        roles[by_height[0]] = Part.MELODY
    elif by_height:
        roles[by_height[-1]] = Part.BASS
        roles[by_height[0]] = Part.MELODY
    return roles


def _one_instrument(lines: Sequence[Line]) -> bool:
    return len(lines) == 1 or (len({line.instrument for line in lines}) == 1 and bool(lines[0].instrument))


def _found_out(lines: Sequence[Line], *, drums: bool) -> tuple[str, str]:
    """Group and style of lines of which nothing is known but how they look; see `docs/design/corpus.md`."""
    keyboards = [line for line in lines if line.program in PIANOS]
    programs = {line.program for line in lines}
    if drums:
        return "band-drums", "band"
    if len(lines) <= 1:
        return _describe_alone(lines)
    if len(keyboards) == len(lines):
        return _describe_keyboards(lines)
    if len(keyboards) == len(lines) - 1 and (len(keyboards) == 1 or _one_instrument(keyboards)):
        return "song", "song"
    if programs & set(_VOICES) and programs <= {*_VOICES, *_ORGANS}:
        return "ensemble", "choir"
    few = len(lines) < _FEWEST_MANY and not keyboards
    return "ensemble", "quartet" if few or (len(lines) == _QUARTET and programs <= _BOWED) else "orchestra"


def _describe_keyboards(lines: Sequence[Line]) -> tuple[str, str]:
    if _is_tune_with_chords(lines):
        return _TUNE, "song"
    if len(lines) > 2:  # noqa: PLR2004 - two hands
        raise Refused("keyboard music on more than two staves")
    return "solo-piano", "piano"


def _is_tune_with_chords(lines: Sequence[Line]) -> bool:
    """Whether a melody stands over a bass and chords, each on its own: what converters make of chord symbols."""
    chordal = [line.chordal for line in sorted(lines, key=lambda line: -line.height)]
    return chordal == [False, True, False]


def _describe_alone(lines: Sequence[Line]) -> tuple[str, str]:
    if not lines:
        raise Refused("no notes")
    return "one", "piano" if lines[0].chordal else "song"


def check_key(pitch: int) -> int:
    """The MIDI key that a note of a score stands on.

    Raises:
        Refused: If there is none so low or high.
    """
    if not 0 <= pitch < PITCHES:
        raise Refused("notes beyond the keyboard")
    return pitch


def notes_of(rows: Iterable[Row]) -> list[Note]:
    """Rows as notes in their order; those without part are given to two hands.

    The hands divide halfway between the highest and the lowest pitch of every four quarters, but never below
    the G under middle C nor above the F over it.

    Raises:
        Refused: If there are too many, or one stands where no piece is so long.
    """
    played = (_played(row) for row in rows if row[-1] is Part.DRUMS or row[2] >= _LOWEST_PLAYED)
    rows = list(islice(played, MOST_NOTES + 1))
    if len(rows) > MOST_NOTES:
        raise Refused("more notes than any piece")
    # MIDI's parser counts in 32 bits: a later time comes out negative.
    if any(not 0 <= start < MOST_TICKS or duration > MOST_TICKS for start, duration, *_ in rows):
        raise Refused("longer than any piece")
    divides = _find_divides(rows)
    notes = (
        Note(
            start, max(1, duration), pitch, max(1, velocity), _hand_of(start, pitch, divides) if part is None else part
        )
        for start, duration, pitch, velocity, part in rows
    )
    return sorted(notes, key=note_order)


def _played(row: Row) -> Row:
    """The row; a stroke that General MIDI's kit lacks is the nearest that it has."""
    start, duration, pitch, velocity, part = row
    return (start, duration, nearest_stroke(pitch), velocity, part) if part is Part.DRUMS else row


def _find_divides(rows: Iterable[Row]) -> dict[int, float]:
    reach: dict[int, tuple[int, int]] = {}
    for start, _, pitch, _, part in rows:
        if part is None:
            low, high = reach.get(start // _HAND_WINDOW, (pitch, pitch))
            reach[start // _HAND_WINDOW] = min(low, pitch), max(high, pitch)
    return {
        window: min(max((low + high) / 2, _LOWEST_DIVIDE), _HIGHEST_DIVIDE) for window, (low, high) in reach.items()
    }


def _hand_of(start: int, pitch: int, divides: dict[int, float]) -> Part:
    return Part.MELODY if pitch >= divides[start // _HAND_WINDOW] else Part.ACCOMPANIMENT
