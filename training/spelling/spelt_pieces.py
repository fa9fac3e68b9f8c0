"""Scores -> their notes with the names that people wrote.

The corpus needs no names, so its readers throw them away. Here the names matter and the rhythm does not.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from composer.errors import RequestError
from composer.music.analysis import find_key
from composer.music.score import TICKS_PER_QUARTER, Key, Note, Part
from composer.notation.spelling import fifths_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_KERN = ".krn"
_SUFFIXES = {_KERN, ".xml", ".musicxml", ".mxl", ".abc"}
_PITCH = re.compile(r"([a-gA-G])\1*([#-]*)")
_SIGNATURE = re.compile(r"\*k\[((?:[a-g][#-])*)\]$")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MIDDLE_C = 60
_FEWEST_NOTES = 30


@dataclass(frozen=True, slots=True, order=True)
class SpeltNote:
    """A note as it is written.

    Attributes:
        start: When it begins. Only its order counts.
        pitch: MIDI pitch.
        part: Number of its staff or column.
        fifths: Place of its name on the line of fifths.
    """

    start: float
    pitch: int
    part: int
    fifths: int


@dataclass(frozen=True, slots=True)
class SpeltPiece:
    """A piece whose notes have names.

    Attributes:
        name: Name of the file.
        notes: Notes in order of time.
        keys: Key at each note, found from the pitches and the signature.
    """

    name: str
    notes: tuple[SpeltNote, ...]
    keys: tuple[Key, ...]


def spelt_pieces(folder: Path, *, only: int = 1, skip: int = 0) -> Iterator[SpeltPiece]:
    """Read the scores of a folder, as far as they can be read and have 30 notes.

    Args:
        folder: Folder, which is searched with all that is in it.
        only: Takes every so manieth score alone.
        skip: Leaves out every so manieth score; 0 none.

    Raises:
        RequestError: There is no score.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES)
    if not paths:
        raise RequestError(f"no Humdrum, MusicXML or ABC in {folder}; name a folder that has some")
    for number, path in enumerate(paths):
        if number % only or (skip and number % skip == 0):
            continue
        notes, signatures = _read_kern(path) if path.suffix == _KERN else _read_with_music21(path)
        if len(notes) >= _FEWEST_NOTES:
            yield SpeltPiece(path.name, tuple(notes), tuple(_keys(notes, signatures)))


def _keys(notes: Sequence[SpeltNote], signatures: Sequence[tuple[float, int]]) -> Iterator[Key]:
    """The key at each note: one for every stretch with one signature."""
    marks = sorted(dict(reversed(signatures)).items()) or [(0.0, 0)]
    changes = [marks[0], *(mark for last, mark in pairwise(marks) if mark[1] != last[1])]
    changes[0] = (float("-inf"), changes[0][1])
    for (start, accidentals), (end, _) in pairwise([*changes, (float("inf"), 0)]):
        own = [note for note in notes if start <= note.start < end]
        sounding = [
            Note(round(note.start * TICKS_PER_QUARTER), TICKS_PER_QUARTER, note.pitch, 64, Part.MELODY) for note in own
        ]
        yield from [find_key(sounding, accidentals=accidentals)] * len(own) if own else ()


def _read_with_music21(path: Path) -> tuple[list[SpeltNote], list[tuple[float, int]]]:
    """MusicXML and ABC; nothing of a file that music21 refuses."""
    from music21 import converter, harmony, key, stream  # noqa: PLC0415 - takes a second to load

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            score = converter.parse(path)
        except Exception:  # noqa: BLE001 - music21 raises anything, and a corpus has some damaged files
            return [], []
    score = score.scores[0] if isinstance(score, stream.Opus) else score
    staves = score.parts if isinstance(score, stream.Score) else ()
    notes, signatures = set[SpeltNote](), list[tuple[float, int]]()
    for part, staff in enumerate(staves):
        flat = staff.flatten()
        signatures += [(float(sign.offset), sign.sharps) for sign in flat.getElementsByClass(key.KeySignature)]
        for struck in flat.notes:
            if isinstance(struck, harmony.ChordSymbol) or struck.duration.isGrace:
                continue
            for note in getattr(struck, "notes", [struck]):
                if note.tie is None or note.tie.type == "start":
                    place = fifths_of(note.pitch.step, round(note.pitch.alter))
                    notes.add(SpeltNote(float(struck.offset), round(note.pitch.ps), part, place))
    return sorted(notes), signatures


def _read_kern(path: Path) -> tuple[list[SpeltNote], list[tuple[float, int]]]:
    """Humdrum's **kern, line by line: what stands in one line sounds together."""
    columns: list[int | None] = []
    notes, signatures = list[SpeltNote](), list[tuple[float, int]]()
    for number, line in enumerate(path.read_text("utf-8", "replace").splitlines()):
        cells = line.split("\t")
        if not line or line.startswith("!"):
            continue
        if not columns:
            columns = [place if cell == "**kern" else None for place, cell in enumerate(cells)]
        elif len(cells) != len(columns):
            return [], []
        elif line.startswith("*"):
            found = [_SIGNATURE.match(cell) for cell, column in zip(cells, columns, strict=True) if column is not None]
            signatures += [(float(number), one[1].count("#") - one[1].count("-")) for one in found if one]
            columns = list(_columns_after(columns, cells))
        elif not line.startswith("="):
            notes += _kern_notes(number, columns, cells)
    return sorted(notes), signatures


def _columns_after(columns: Sequence[int | None], cells: Sequence[str]) -> Iterator[int | None]:
    """The columns after those that split, join or end."""
    joining = False
    for column, cell in zip(columns, cells, strict=True):
        if not (cell == "*v" and joining) and cell != "*-":
            yield column
        joining = cell == "*v"
        if cell in {"*^", "*+"}:
            yield column if cell == "*^" else None


def _kern_notes(line: int, columns: Sequence[int | None], cells: Sequence[str]) -> Iterator[SpeltNote]:
    """Notes of one line that begin there, without grace notes."""
    for column, cell in zip(columns, cells, strict=True):
        for written in cell.split(" ") if column is not None else ():
            found = _PITCH.search(written)
            if column is None or found is None or re.search(r"[rqQ\]_]", written):
                continue
            letter, octaves = found[1].upper(), len(found[0]) - len(found[2])
            alteration = found[2].count("#") - found[2].count("-")
            octave = octaves - 1 if found[1].islower() else -octaves
            pitch = _MIDDLE_C + _STEPS[letter] + 12 * octave + alteration
            yield SpeltNote(float(line), pitch, column, fifths_of(letter, alteration))
