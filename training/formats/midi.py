"""A MIDI file of a corpus -> its sections."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from symusic.core import ScoreTick

from composer.music.score import TICKS_PER_QUARTER
from training.formats.part_roles import Line, notes_of, parts_of
from training.formats.sections import Refused, Section, Transcript, sections_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from symusic.core import TrackTick

    from composer.music.score import Part
    from training.formats.part_roles import Row


def read_sections(path: Path, *, group: str) -> list[Section]:
    """Sections of a MIDI file.

    Args:
        path: A standard MIDI file.
        group: The corpus's group in its manifest, which decides how tracks become parts: see
            `training.formats.part_roles`.

    Raises:
        Refused: If nothing of it can be used; the message says why.
    """
    return sections_of(transcript_of(_read_bytes(path), group=group))


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"unreadable: {type(error).__name__}") from error


def transcript_of(data: bytes, *, group: str) -> Transcript:
    """What a MIDI file says.

    Raises:
        Refused: If it is damaged, too long or not of this group.
    """
    midi = _parse_score(data)
    lines = [_line_of(track) for track in midi.tracks]
    style, parts = parts_of(lines, group)
    return Transcript(
        notes=notes_of(_note_rows(midi, parts)),
        metres={_ticks_of(midi, mark.time): (mark.numerator, mark.denominator) for mark in midi.time_signatures},
        signatures=[(_ticks_of(midi, mark.time), int(mark.key)) for mark in midi.key_signatures],
        tempos=[(_ticks_of(midi, mark.time), float(mark.qpm)) for mark in midi.tempos if math.isfinite(mark.qpm)],
        style=style,
    )


def _parse_score(data: bytes) -> ScoreTick:
    try:
        midi = ScoreTick.from_midi(data)
    except Exception as error:  # the parser raises bare RuntimeError and others for damaged files
        raise Refused(f"unreadable: {type(error).__name__}") from error
    if midi.ticks_per_quarter < 1:
        raise Refused("unreadable: no ticks in a quarter")
    return midi


def _ticks_of(midi: ScoreTick, time: int) -> int:
    return round(time * TICKS_PER_QUARTER / midi.ticks_per_quarter)


def _line_of(track: TrackTick) -> Line:
    notes = track.notes.numpy()
    return Line.of(notes["time"], notes["duration"], notes["pitch"], program=track.program, drums=track.is_drum)


def _note_rows(midi: ScoreTick, parts: Sequence[Part | None]) -> Iterator[Row]:
    for track, part in zip(midi.tracks, parts, strict=True):
        for note in track.notes:
            if note.duration > 0:
                yield _ticks_of(midi, note.time), _ticks_of(midi, note.duration), note.pitch, note.velocity, part
