"""What the trainer says, read so that nothing it says can do harm."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

from bot.domain.training_run import Progress, Report, TrainingError
from composer.training_contract import BETTER, FIGURES, PROGRESS, REASONS, REPORT_FILE, STAGES

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator
    from pathlib import Path

    from composer.training_contract import ReportRecord

T = TypeVar("T")

MOST_REPORT = 1_000_000
"""Bytes of a report that are read at most."""

_MOST_LINE = 65_536
_CHUNK = 65_536
_LARGEST = 1e12
"""No number of ours is larger: it would fill a message, or more than a machine can count with."""

_MOST_CUT = 60
_NOT_AS_AGREED = (ValueError, TypeError, KeyError, RecursionError, OverflowError)
_HASH = re.compile(r"[0-9a-f]{64}")


async def lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The lines of a stream as they come; one that is too long to be ours is passed over."""
    rest = b""
    while chunk := await stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line
        if len(rest) > _MOST_LINE:
            rest = b"?"  # what follows up to the line's end is no JSON any more
    if rest:
        yield rest


def progress(line: bytes) -> Progress | None:
    """What a line says of the progress; None if it says something else."""
    try:
        told = json.loads(line)
        if told["event"] != PROGRESS or told["stage"] not in STAGES:
            return None
        step, steps, left = _whole(told["step"]), _whole(told["steps"]), _number(told["seconds_left"])
        loss = told.get("loss")
        known = isinstance(loss, int | float) and -_LARGEST <= loss <= _LARGEST
        return Progress(told["stage"], min(step, steps), steps, float(loss) if known else None, max(left, 0.0))
    except _NOT_AS_AGREED:
        return None


def report(folder: Path) -> Report:
    """The report that a trainer left in its folder.

    Raises:
        TrainingError: There is none, or it is not as agreed.
    """
    try:
        with (folder / REPORT_FILE).open("rb") as file:
            told = json.loads(file.read(MOST_REPORT))
        return _report(told)
    except OSError as error:
        raise TrainingError("garbled", f"{REPORT_FILE}: {error.strerror or error}") from error
    except _NOT_AS_AGREED as error:
        raise TrainingError("garbled", f"{REPORT_FILE}: {error!r}") from error


def _report(told: ReportRecord) -> Report:
    found = Report(
        model=_of(str, told["model"]),
        parent=_whole(told["parent"]),
        version=_maybe(_whole, told["version"]),
        file=_maybe(lambda value: _of(str, value), told["file"]),
        sha256=_maybe(_digest, told["sha256"]),
        accepted=_of(bool, told["accepted"]),
        reason=_reason(told["reason"]),
        pieces=_whole(told["pieces"]),
        people=_whole(told["people"]),
        seconds=_number(told["seconds"]),
        before=_figures(told["before"]),
        after=_figures(told["after"]),
        told=told,
    )
    if len({found.version is None, found.file is None, found.sha256 is None}) > 1:
        raise ValueError("half a candidate")
    if found.accepted != (found.reason == BETTER) or (found.accepted and found.version is None):
        raise ValueError(f"accepted is {found.accepted} for the reason {found.reason}")
    return found


def _maybe(read: Any, value: object) -> Any:  # noqa: ANN401 - whatever it reads
    return None if value is None else read(value)


def _of(kind: type[T], value: object) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"{_cut(value)} is no {kind.__name__}")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise ValueError(f"{_cut(value)} is no whole number")
    return value


def _number(value: object) -> float:
    # Not-a-number is not within any bounds.
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST <= value <= _LARGEST:
        raise ValueError(f"{_cut(value)} is no number")
    return float(value)


def _digest(value: object) -> str:
    if not _HASH.fullmatch(_of(str, value)):
        raise ValueError("no checksum")
    return str(value)


def _reason(value: object) -> str:
    if value not in REASONS:
        raise ValueError(f"unknown reason {_cut(value)}")
    return str(value)


def _figures(told: object) -> dict[str, float]:
    """The figures that were measured; the trainer leaves out, or has null for, what was not."""
    values = _of(dict, told) if told is not None else {}
    return {name: _number(values[name]) for name in FIGURES if values.get(name) is not None}


def _cut(value: object) -> str:
    """What was told, as an error repeats it."""
    return "a number" if isinstance(value, int) else repr(value)[:_MOST_CUT]
