"""All that is kept about one person, as ZIP files that are no larger than Discord takes.

It is read row by row in the thread of whoever iterates: a person may have thousands of pieces.
"""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.storage.export.plain import plain
from bot.storage.learning.taste_tables import deed
from bot.storage.people.blocklist import BlockedKind
from bot.storage.people.preferences import USER
from bot.storage.tables import (
    audit,
    battle_vote,
    block,
    favourite,
    generation,
    post,
    rating,
    setting,
    training_run,
    vote,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from sqlalchemy import Connection, Select

    from bot.storage.dialects.dialect import Dialect

_LARGEST_FILE = 256 * 1024
"""Bytes of a file with rows, about; a table of more rows has several files."""

_ROWS_AT_ONCE = 200
_BESIDE_AN_ENTRY = 128
"""Bytes that a ZIP file holds for each entry beside its name, twice, and its data."""

_UNTOLD = ("tokens", "measures", "lease", "lease_until", "progress", "turn", "reply_token", "untold")
"""Columns of a generation that say nothing that its MIDI and options do not, or that are a secret."""


def export_person(database: Dialect, user_id: int, most_bytes: int) -> Generator[bytes]:
    """Give all that is kept about a person as ZIP files: JSON, and each piece's MIDI as a file.

    Args:
        database: A bot may be running on it.
        user_id: The person.
        most_bytes: Bytes of the largest ZIP file, at least some thousands.

    Yields:
        The ZIP files, at least one.

    Raises:
        SettingsError: There is no database, or it cannot be read.
    """
    with database.reading() as connection:
        bundle = _Bundle(most_bytes)
        for name, data in _files(connection, user_id, min(_LARGEST_FILE, most_bytes // 4)):
            if not bundle.has_room(name, data):
                yield bundle.close()
                bundle = _Bundle(most_bytes)
            bundle.add(name, data)
        yield bundle.close()


class _Bundle:
    """A ZIP file that is being filled."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._buffer = BytesIO()
        self._zip = zipfile.ZipFile(self._buffer, "w", zipfile.ZIP_DEFLATED)
        self._beside = _BESIDE_AN_ENTRY

    def has_room(self, name: str, data: bytes) -> bool:
        """Whether a file fits, even if it cannot be compressed; the first one does."""
        return (
            not self._buffer.tell()
            or self._buffer.tell() + self._beside + _overhead(name) + len(data) <= self._most_bytes
        )

    def add(self, name: str, data: bytes) -> None:
        self._zip.writestr(name, data)
        self._beside += _overhead(name)

    def close(self) -> bytes:
        self._zip.close()
        return self._buffer.getvalue()


def _overhead(name: str) -> int:
    return _BESIDE_AN_ENTRY + 2 * len(name)


def _files(connection: Connection, user_id: int, largest: int) -> Iterator[tuple[str, bytes]]:
    yield "person.json", _as_json([{"user_id": user_id}])
    yield from _pieces(connection, user_id, largest)
    for name, query in _queries(user_id).items():
        yield from _numbered(name, _rows(connection, query), largest)


def _pieces(connection: Connection, user_id: int, largest: int) -> Iterator[tuple[str, bytes]]:
    """The MIDI or the sound of each piece as a file, and the rows, which name it."""
    columns = [column for column in generation.columns if column.name not in _UNTOLD]
    query = select(*columns).where(generation.c.user_id == user_id).order_by(generation.c.number)
    told = []
    for row in _rows(connection, query):
        names = {"midi": f"midi/{row['number']}.mid", "sound": f"sound/{row['number']}.wav"}
        yield from ((name, row[column]) for column, name in names.items() if row[column])
        told.append({**row, **{column: name if row[column] else None for column, name in names.items()}})
    yield from _numbered("pieces", told, largest)


def _queries(user_id: int) -> dict[str, Select[Any]]:
    return {
        "posts": select(post).join(generation).where(generation.c.user_id == user_id),
        "ratings": select(rating).where(rating.c.user_id == user_id),
        "votes": select(vote).where(vote.c.user_id == user_id),
        "battle-votes": select(battle_vote).where(battle_vote.c.user_id == user_id),
        "favourites": select(favourite).where(favourite.c.user_id == user_id),
        "deeds": select(deed).where(deed.c.user_id == user_id),
        "settings": select(setting).where(setting.c.scope == USER, setting.c.owner == user_id),
        "actions": select(audit).where(audit.c.actor_id == user_id),
        "trainings": select(training_run).where(training_run.c.user_id == user_id),
        "blocked": select(block.c.at).where(block.c.kind == BlockedKind.PERSON, block.c.owner == user_id),
    }


def _rows(connection: Connection, query: Select[Any]) -> Iterator[dict[str, Any]]:
    for row in connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query).mappings():
        yield dict(row)


def _numbered(name: str, rows: Iterable[dict[str, Any]], largest: int) -> Iterator[tuple[str, bytes]]:
    """Rows as JSON files: `votes-1.json`, `votes-2.json`."""
    number, size = 1, 0
    held: list[dict[str, Any]] = []
    for row in rows:
        length = len(_as_json([row]))
        if held and size + length > largest:
            yield f"{name}-{number}.json", _as_json(held)
            number, held, size = number + 1, [], 0
        held.append(row)
        size += length
    if held:
        yield f"{name}-{number}.json", _as_json(held)


def _as_json(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps(rows, indent=1, ensure_ascii=False, default=plain).encode()
