"""A worker on another machine, as it says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST = 12
"""Machines that are shown in a line of `/admin status`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLine:
    """One worker.

    Attributes:
        name: Name that no other worker has.
        host: Name of its machine.
        threads: Pieces that it makes at the same time.
        busy: Pieces that it makes now.
        engines: Digests of what its engines play from, by NAME@VERSION.
        speeds: Seconds of work per second of music as measured there, by name of the model.
        renders: Whether it makes sound; None if it did not say.
    """

    name: str
    host: str
    threads: int
    busy: int = 0
    engines: Mapping[str, str] = field(default_factory=dict)
    speeds: Mapping[str, float] = field(default_factory=dict)
    renders: bool | None = True


def spell_lines(lines: Sequence[WorkerLine]) -> str:
    """The machines of workers, as many as fit: pieces that each makes now, and that it makes at the same time."""
    shown = ", ".join(f"{line.host} {line.busy} / {line.threads}" for line in lines[:_MOST])
    return f"{shown}, …" if len(lines) > _MOST else shown
