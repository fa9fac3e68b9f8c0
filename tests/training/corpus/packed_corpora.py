"""Archives to test with, and what a search of a corpus finds in them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from training.corpus.sources import SourcePiece, source_pieces

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def find(*corpora: Path, unpack_to: Path) -> tuple[list[SourcePiece], dict[str, str]]:
    left_out: dict[str, str] = {}
    return source_pieces(corpora, unpack_to=unpack_to / "unpacked", left_out=left_out), left_out


def zipped(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return file.getvalue()
