"""Fixtures that any test may ask for."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def rng() -> np.random.Generator:
    """A random generator that starts the same in every test."""
    return np.random.default_rng(0)
