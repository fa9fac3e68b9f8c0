"""Generations and ratings as JSON Lines and CSV, for people who study them and for training.

Discord's ids do not go out: persons and servers are told apart by numbers that are drawn anew for each export.
"""

from __future__ import annotations

import base64
import csv
import json
import sqlite3
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from bot.errors import SettingsError
from bot.storage import extracts
from composer.errors import OutputError
from composer.files import write_together

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bot.storage.extracts import Row


def export(path: Path, out: Path, *, since: datetime, ratings_only: bool) -> list[tuple[Path, int]]:
    """Write what happened since a moment.

    Args:
        path: The database; a bot may be running on it.
        out: Folder for the files.
        since: In UTC.
        ratings_only: Write `rated.jsonl` for training: rated pieces with tokens and anonymous votes, leaving out
            the authors' own, private pieces, and servers that do not take part. Otherwise generations and ratings, in
            both forms.

    Returns:
        The files, and how many rows each holds.

    Raises:
        SettingsError: There is no database, or it cannot be read.
        OutputError: The folder cannot be written.
    """
    if not path.is_file():
        raise SettingsError(f"CADENZA_DATA_DIR: there is no database at {path}")

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)

    engine = create_engine("sqlite://", poolclass=NullPool, creator=connect)
    try:
        with engine.connect() as connection:
            tables = extracts.rated(connection, since) if ratings_only else extracts.everything(connection, since)
    except DatabaseError as error:
        raise SettingsError(f"CADENZA_DATA_DIR: cannot read {path}: {error.orig}") from error
    finally:
        engine.dispose()
    return _write(tables, out, with_csv=not ratings_only)


def _write(tables: dict[str, list[Row]], out: Path, *, with_csv: bool) -> list[tuple[Path, int]]:
    files = {out / f"{name}.jsonl": _as_lines(rows) for name, rows in tables.items()}
    if with_csv:
        files |= {out / f"{name}.csv": _as_csv(rows) for name, rows in tables.items()}
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make {out}: {error.strerror}; choose another folder") from error
    write_together(files)
    return [(file, len(tables[file.stem])) for file in sorted(files)]


def _as_lines(rows: Sequence[Row]) -> bytes:
    lines = (json.dumps(row, ensure_ascii=False, sort_keys=True, default=_plain) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def _as_csv(rows: Sequence[Row]) -> bytes:
    """Write a table; MIDI stays with the JSON Lines, and what has parts stands as JSON."""
    columns = [name for name in rows[0] if name != "midi"] if rows else []
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


def _plain(value: object) -> str:
    match value:
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case datetime():
            return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
