"""Lengths and progress as people read them."""

from __future__ import annotations


def format_length(seconds: float) -> str:
    """A length as people write it: 1:00."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


_BAR = 12


def progress_bar(done: int, whole: int) -> str:
    """How far it is, as a bar of `_BAR` characters."""
    filled = round(_BAR * min(max(done, 0), whole) / whole) if whole > 0 else 0
    return "▰" * filled + "▱" * (_BAR - filled)
