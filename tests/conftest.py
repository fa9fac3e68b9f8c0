"""Fixtures that any test may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from composer.engine import Engine


@pytest.fixture
def rng() -> np.random.Generator:
    """A random generator that starts the same in every test."""
    return np.random.default_rng(0)


@pytest.fixture
def built_in(monkeypatch: pytest.MonkeyPatch) -> dict[str, Engine]:
    """The engines without a file: none but those that the test adds, whichever come with Cadenza."""
    added: dict[str, Engine] = {}
    monkeypatch.setattr("composer.engines.BUILT_IN", added)
    return added
