"""Public sets that come without a table of their pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.corpus.sources import source_pieces

if TYPE_CHECKING:
    from pathlib import Path


def test_known_sets_that_no_table_describes_have_their_licence(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    for name in ("blasphemer", "cre-irish", "piano-rolls"):
        (corpus / name).mkdir(parents=True)
        (corpus / name / "a.mid").touch()
    (corpus / "pieces.tsv").write_text("dataset\tfile\nelsewhere\tb.mid\n")

    seen = source_pieces([corpus], unpack_to=tmp_path / "unpacked")

    assert [(piece.collection, piece.licence, piece.is_open, piece.has_beats) for piece in seen] == [
        ("blasphemer", "BSD-3-Clause", True, True),
        ("cre-irish", "CC-BY-4.0", True, True),
        ("piano-rolls", "MIT", True, False),
    ]
