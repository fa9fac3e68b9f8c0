"""Generations and ratings as JSON Lines and CSV, for people who study them and for training.

Discord's ids do not go out: persons and servers are told apart by numbers that are drawn anew for each export.
"""

from __future__ import annotations

import csv
import json
from datetime import datetime
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING

from bot.storage.export import extracts
from bot.storage.export.extracts import BEGINNING
from bot.storage.export.plain import plain
from composer.files import write_together

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.storage.dialects.dialect import Dialect
    from bot.storage.export.extracts import Row

RATINGS = "rated.jsonl"


def export(database: Dialect, out: Path, *, since: datetime) -> list[tuple[Path, int]]:
    """Write what happened since a moment: generations and ratings, both as JSON Lines and as CSV.

    Args:
        database: A bot may be running on it.
        out: Folder for the files.
        since: Moment of the first row, in UTC.

    Returns:
        The files, and how many rows each holds.

    Raises:
        SettingsError: There is no database, or it cannot be read.
        OutputError: The folder cannot be written.
    """
    with database.reading() as connection:
        tables = extracts.everything(connection, since)
    files = {out / f"{name}.jsonl": _as_lines(rows) for name, rows in tables.items()}
    files |= {out / f"{name}.csv": _as_csv(rows) for name, rows in tables.items()}
    write_together(files)
    return [(file, len(tables[file.stem])) for file in sorted(files)]


def export_ratings(database: Dialect, file: Path, *, since: datetime = BEGINNING) -> tuple[int, int]:
    """Write the ratings that training learns from, see `extracts.rated`; blocks, and needs little memory.

    Args:
        database: A bot may be running on it.
        file: File to write, as JSON Lines.
        since: Moment from which the pieces were asked for, in UTC.

    Returns:
        How many pieces it holds, and how many people rated them.

    Raises:
        SettingsError: As `export` does.
        OutputError: As `export` does.
    """
    with database.reading() as connection:
        rows = extracts.rated(connection, since)
        header = next(rows)
        lines = (_as_lines([row]) for row in chain([header], rows))
        write_together({file: lines})
    return header["pieces"], header["people"]


def _as_lines(rows: Sequence[Row]) -> bytes:
    lines = (json.dumps(row, ensure_ascii=False, sort_keys=True, default=plain) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def _as_csv(rows: Sequence[Row]) -> bytes:
    """Write a table; MIDI and sound stay with the JSON Lines, and what has parts stands as JSON."""
    columns = [name for name in rows[0] if name not in {"midi", "sound"}] if rows else []
    buffer = StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row[name]) for name in columns})
    return buffer.getvalue().encode()


def _cell(value: object) -> object:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else _stamp(value)


def _stamp(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
