"""The page that keeps every look at the last test set, so that nobody looks twice and calls it once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from composer.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = """# Looks at the last test set

One work in three of the test split is set aside by its name. Nobody chooses by these pieces: they are looked at once a
release, by `compare --on last`, which adds to this page. The command needs no more than a prepared corpus.
"""


def note_look(page: Path, table: str, *, command: str) -> None:
    """Add a look to the page, which is begun where there is none.

    Args:
        page: The page.
        table: What was seen, as Markdown; it names models with their versions.
        command: What printed it.

    Raises:
        OutputError: If the page cannot be written.
    """
    before = page.read_text(encoding="utf-8") if page.is_file() else _HEAD
    date = datetime.now(tz=UTC).date().isoformat()
    write_atomically(page, f"{before}\n## {date}: `{command}`\n\n{table}\n".encode())
