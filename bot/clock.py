"""What time it is, for whoever has to know; a test hands in a clock of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Gives the present in UTC."""


def now() -> datetime:
    """Tell the present in UTC."""
    return datetime.now(UTC)
