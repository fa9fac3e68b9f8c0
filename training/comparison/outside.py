"""Pieces from elsewhere: a folder of MIDI files, as they would be heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symusic.core import ScoreTick

from composer.errors import RequestError, spell_command
from composer.music.analysis import find_key
from composer.music.score import TICKS_PER_QUARTER, Metre, Note, Part, Score, note_order
from composer.planning.constraints import TONICS
from training.comparison.excerpts import Excerpt

if TYPE_CHECKING:
    from pathlib import Path

_COMMON_TIME = Metre(4, 4)
_HALF_AN_OCTAVE = 6


def read_folder(folder: Path) -> list[Excerpt]:
    """The MIDI files of a folder, in the key that their notes suggest, in bars of 4/4.

    Raises:
        RequestError: If there is none, or one has no notes with a pitch.
    """
    paths = sorted(folder.glob("*.mid"))
    if not paths:
        raise RequestError(
            f"no MIDI files in {folder}; write some: {spell_command('training tutorial')} --out {folder}"
        )
    return [Excerpt(path.name, f"{folder}/{path.name}", _read_score(path)) for path in paths]


def _read_score(path: Path) -> Score:
    midi = ScoreTick.from_midi(path.read_bytes())
    scale = TICKS_PER_QUARTER / midi.ticks_per_quarter
    notes = sorted(
        (
            Note(round(note.time * scale), max(1, round(note.duration * scale)), note.pitch, note.velocity, Part.MELODY)
            for track in midi.tracks
            if not track.is_drum
            for note in track.notes
        ),
        key=note_order,
    )
    if not notes:
        raise RequestError(f"{path} has no notes with a pitch")
    bars = -(-max(note.end for note in notes) // _COMMON_TIME.bar_ticks)
    return normalise_score(Score(tuple(notes), _COMMON_TIME, bars, find_key(notes)))


def normalise_score(score: Score) -> Score:
    """The score in C major or A minor, by the shorter way, as the composer went the other one."""
    up = (score.key.tonic - TONICS[score.key.mode]) % 12
    return score.transposed(-up if up <= _HALF_AN_OCTAVE else 12 - up)
