"""The sheets of many pieces, checked and put into a table."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from composer.notation.musicxml import made_by, to_musicxml
from composer.performance import midi
from composer.performance.instruments import find
from training.notation.faults import FAULTS, count_faults
from training.notation.sheet import voices_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(slots=True)
class CheckedSheets:
    """What was found in many sheets.

    Attributes:
        sheets: Number of sheets.
        faults: Faults by kind.
        of: Places where each might have been.
        faulty: Sheets with each kind of fault.
        seconds: Processor seconds that writing took.
        notes: Notes that were played.
        moved: Notes that do not stand in the sheet where they were played.
        unequal: Names of the pieces with such notes.
    """

    sheets: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    faulty: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    notes: int = 0
    moved: int = 0
    unequal: list[str] = field(default_factory=list)


def sheet_of(path: Path) -> bytes:
    """The sheet of a MIDI file that Cadenza wrote."""
    score, settings = midi.read(path.read_bytes())
    return to_musicxml(score, title=path.stem, instrument=find(str(settings["instrument"])), composer=made_by(settings))


def check_sheets(pieces: Iterable[Path], *, round_trip: bool, sheets: Path | None = None) -> CheckedSheets:
    """Write the sheet of every piece and look it through.

    Args:
        pieces: MIDI files that Cadenza wrote.
        round_trip: Whether music21 reads each sheet back; this takes a second or two a piece.
        sheets: Folder for the sheets; None keeps none.
    """
    found = CheckedSheets()
    for piece in pieces:
        started = time.process_time()
        data = sheet_of(piece)
        found.seconds += time.process_time() - started
        found.sheets += 1
        faults, of = count_faults(voices_of(data))
        found.faults += faults
        found.of += of
        found.faulty.update(kind for kind, count in faults.items() if count)
        if round_trip:
            _compare(piece, data, found)
        if sheets is not None:
            (sheets / f"{piece.stem}.musicxml").write_bytes(data)
    return found


def _compare(piece: Path, data: bytes, found: CheckedSheets) -> None:
    from training.notation.round_trip import played, read_back  # noqa: PLC0415 - loads music21, which takes a second

    score, settings = midi.read(piece.read_bytes())
    before, after = played(score, find(str(settings["instrument"]))), read_back(data)
    found.notes += len(before)
    found.moved += len(before - after)
    if before != after:
        found.unequal.append(f"{piece.stem}: {len(before - after)} missing, {len(after - before)} added")


def format_table(found: CheckedSheets) -> str:
    """The findings, for a terminal and for the documents."""
    each = 1000 * found.seconds / max(found.sheets, 1)
    rows = ["| fault | places | faults | share | sheets |", "|---|---|---|---|---|"]
    for kind in FAULTS:
        share = 100 * found.faults[kind] / max(found.of[kind], 1)
        rows.append(f"| {kind} | {found.of[kind]} | {found.faults[kind]} | {share:.2f} % | {found.faulty[kind]} |")
    if found.notes:
        share = 100 * found.moved / found.notes
        rows.append(
            f"| notes that music21 reads elsewhere | {found.notes} | {found.moved} | {share:.2f} % "
            f"| {len(found.unequal)} |"
        )
    return "\n".join([f"{found.sheets} sheets, {each:.0f} ms each", "", *rows])
