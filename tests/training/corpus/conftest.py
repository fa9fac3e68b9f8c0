"""What tests of folders and archives begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.training.midi_files import two_hands, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


@pytest.fixture
def music(tmp_path: Path) -> bytes:
    return write(tmp_path / "piece.mid", two_hands(12)).read_bytes()
