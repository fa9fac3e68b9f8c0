"""What tells whether two machines compose alike: the program's version, and what the engine plays from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import VERSION

if TYPE_CHECKING:
    from bot.worker.loaded_engines import LoadedEngines

_DIGITS = 32


def mark_of(engines: LoadedEngines, name: str, version: int) -> str:
    """Mark of one installed engine; equal marks compose equal notes from equal requests."""
    return f"{VERSION}-{engines.digest(name, version)[:_DIGITS]}"


def marks_of(engines: LoadedEngines) -> dict[str, str]:
    """Marks of all installed engines, by NAME@VERSION."""
    return {f"{name}@{version}": mark_of(engines, name, version) for name, version in engines.installed}
