from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.training.ratings import listening
from training.ratings import ratings_file

if TYPE_CHECKING:
    from pathlib import Path

    from composer.models.loading import Model
    from training.ratings.ratings_file import RatingsFile


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return listening.small_model(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="session")
def rows(small: Model) -> list[dict[str, Any]]:
    return listening.rows(small, 60)


@pytest.fixture(scope="session")
def ratings(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> RatingsFile:
    return ratings_file.read_ratings(listening.write(tmp_path_factory.mktemp("ratings") / "rated.jsonl", rows))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rated.jsonl"
