"""From notes to MusicXML and back: music21 reads the sheet, and its notes must be those of the MIDI file."""

# Half of music21's functions have no types.
# mypy: allow-untyped-calls

from __future__ import annotations

from typing import TYPE_CHECKING

from music21 import converter, note, stream

from composer.music.score import TICKS_PER_QUARTER, Part
from composer.notation.staff import opening_of
from composer.performance.arrangement import arrange

if TYPE_CHECKING:
    from composer.music.score import Score
    from composer.performance.instruments import Instrument


def played(score: Score, instrument: Instrument) -> set[tuple[int, int]]:
    """(onset in ticks, pitch) of every pitched note that the MIDI file has; an upbeat begins at 0."""
    tracks = arrange(score, instrument).tracks
    opening = opening_of(score)
    return {(own.start - opening, own.pitch) for track in tracks if track.part is not Part.DRUMS for own in track.notes}


def read_back(data: bytes) -> set[tuple[int, int]]:
    """The same of a sheet, as music21 reads it: at sounding pitch, ties joined."""
    sheet = converter.parse(data, format="musicxml")
    if not isinstance(sheet, stream.Score):
        raise TypeError("no score")
    sheet = sheet.toSoundingPitch()
    return {
        (round(float(struck.getOffsetInHierarchy(sheet)) * TICKS_PER_QUARTER), single.pitch.midi)
        for struck in sheet.recurse().notes
        for single in (struck.notes if struck.isChord else [struck])
        if isinstance(single, note.Note) and (single.tie is None or single.tie.type == "start")
    }
