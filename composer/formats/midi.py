"""A MIDI file -> what it says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from symusic.core import ScoreTick

from composer.formats import doom_mus
from composer.formats.midi_bytes import plain_files
from composer.formats.part_roles import Line, notes_of, parts_of
from composer.formats.sections import Refused, Section, Transcript, read_each, sections_of_all
from composer.music.score import TICKS_PER_QUARTER, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from symusic.core import TrackTick

    from composer.formats.part_roles import Row

_FINALE = b"ENIGMA BINARY FILE"
"""What a Finale file begins with, whose name ends as that of a MUS file does."""


def read_sections(path: Path, *, group: str) -> list[Section]:
    """Sections of a MIDI file.

    Args:
        path: A standard MIDI file.
        group: The corpus's group in its manifest, which decides how tracks become parts: see
            `composer.formats.part_roles`.

    Raises:
        Refused: If nothing of it can be used; the message says why.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(f"unreadable: {error.strerror}") from error
    return sections_of_all(transcripts_of(data, group=group))


def transcripts_of(data: bytes, *, group: str) -> list[Transcript]:
    """What a MIDI file or one of the Doom engine's says: of format 2 each of its sequences, else one.

    Raises:
        Refused: If it is damaged, too long or not of this group.
    """
    if data.startswith(_FINALE):
        raise Refused("a Finale file: export it as MusicXML")
    if data.startswith(doom_mus.MAGIC):
        data = doom_mus.midi_of(data)
    return read_each(plain_files(data), lambda file: _transcript_of(_parse_score(file), group))


def _transcript_of(midi: ScoreTick, group: str) -> Transcript:
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
        return ScoreTick.from_midi(data)
    except MemoryError:
        raise
    except Exception as error:  # the parser raises bare RuntimeError and others for damaged files
        raise Refused("unreadable: its tracks are damaged") from error


def _ticks_of(midi: ScoreTick, time: int) -> int:
    return round(time * TICKS_PER_QUARTER / midi.ticks_per_quarter)


def _line_of(track: TrackTick) -> Line:
    notes = track.notes.numpy()
    return Line.of(notes["time"], notes["duration"], notes["pitch"], program=track.program, drums=track.is_drum)


def _note_rows(midi: ScoreTick, parts: Sequence[Part | None]) -> Iterator[Row]:
    for track, part in zip(midi.tracks, parts, strict=True):
        for note in track.notes:
            # A stroke needs no length.
            if note.duration > 0 or part is Part.DRUMS:
                yield _ticks_of(midi, note.time), _ticks_of(midi, note.duration), note.pitch, note.velocity, part
