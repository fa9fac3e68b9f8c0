"""A tune in ABC -> what it says.

Read by hand, because music21 10.5 lets accidentals last for one note, reads text as notes, and refuses most ways of
writing two hands. Repeats are not played, of alternative endings only the last is, and grace notes are left out.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.formats.abc_notation.tune_reader import TuneReader
from composer.formats.dynamics import velocities_at
from composer.formats.endings import PlayedTime, earlier_endings
from composer.formats.part_roles import VOICE, Line, check_key, notes_of, parts_of
from composer.formats.sections import Refused, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from composer.formats.abc_notation.fields import Metre
    from composer.formats.abc_notation.voice import TuneVoice
    from composer.formats.part_roles import Row
    from composer.music.score import Part

_FEWEST_OF_A_CHOIR = 3


def transcript_of(tune: str, *, group: str) -> Transcript:
    """What a tune says.

    Args:
        tune: One of `composer.formats.abc_notation.tunes.split_tunes`.
        group: See `composer.formats.part_roles`.

    Raises:
        Refused: If there is no music in it, or it is not of this group.
    """
    reader = TuneReader()
    for line in tune.split("\n"):
        reader.read_line(line)
    voices = [voice for voice in reader.finished_voices() if voice.rows]
    if not voices:
        raise Refused("no music: no notes after K:")
    time = PlayedTime(earlier_endings({ending for voice in voices for ending in voice.endings}))
    style, parts = parts_of(_lines_of(voices), group)
    metres = reader.metres_of(voices)
    return Transcript(
        notes=notes_of(_note_rows(voices, parts, time)),
        metres={time.tick(at): metre for at, metre in metres.items()},
        signatures=[(time.tick(at), sharps) for at, sharps in reader.signatures],
        tempos=sorted({(time.tick(at), tempo) for at, tempo in reader.tempos}),
        whole_bars=_whole_bars(voices, metres, time),
        style=style,
    )


def _lines_of(voices: Sequence[TuneVoice]) -> list[Line]:
    """The voices as lines. Where words stand under one of three or more melodies, all of them are sung: a hymn."""
    lines = [_line_of(voice, VOICE if voice.sung else 0) for voice in voices]
    if (
        any(voice.sung for voice in voices)
        and len(lines) >= _FEWEST_OF_A_CHOIR
        and not any(line.chordal for line in lines)
    ):
        return [_line_of(voice, VOICE) for voice in voices]
    return lines


def _line_of(voice: TuneVoice, otherwise: int) -> Line:
    """A voice as a line; `otherwise` is its program where it names none, or the piano, which programs write unasked."""
    program = voice.program or otherwise
    return Line.of(
        [float(row.start) for row in voice.rows],
        [float(row.quarters) for row in voice.rows],
        [row.pitch for row in voice.rows],
        program=program,
        drums=voice.drums,
        instrument=f"program {program}",
    )


def _note_rows(voices: Sequence[TuneVoice], parts: Sequence[Part | None], time: PlayedTime) -> Iterator[Row]:
    for voice, part in zip(voices, parts, strict=True):
        loud = velocities_at((time.tick(at), name) for at, name in voice.dynamics)
        for row in voice.rows:
            pitch = check_key(row.pitch)
            if time.plays(row.start):
                start, end = time.tick(row.start), time.tick(row.start + row.quarters)
                yield start, max(1, end - start), pitch, loud(start), part


def _whole_bars(voices: Sequence[TuneVoice], metres: dict[Fraction, Metre], time: PlayedTime) -> list[int] | None:
    """Ticks at which bars begin that are as long as their metre says, in the voice with most bars."""
    bars = max((voice.bars for voice in voices), key=len)
    changes = sorted(metres)
    whole = []
    for start, end in pairwise(bars):
        place = bisect_right(changes, start) - 1
        if place >= 0:
            beats, unit = metres[changes[place]]
            if end - start == Fraction(4 * beats, unit) and time.plays(start):
                whole.append(time.tick(start))
    # Without a single bar of that length, bar lines say nothing: free metre, or lines that are missing.
    return whole or None
