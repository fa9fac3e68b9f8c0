"""A drummer's performance -> bars on a grid."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import mido

from composer.errors import RequestError
from composer.formats.drum_strokes import nearest_stroke
from composer.grooves.patterns import METRE
from composer.music.score import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_STRAIGHT, _TRIPLET = TICKS_PER_QUARTER // 4, TICKS_PER_QUARTER // 3
_SOFTEST = 20
"""Velocity below which a stroke is an accident of the sticks."""

_PLAIN = {
    35: 36, 37: 37, 40: 38, 44: 44, 53: 51, 59: 51, 52: 49, 55: 49, 57: 49, 43: 43, 58: 43, 50: 48, 47: 45,
}  # fmt: skip
"""Keys of a drum pad's kit -> the drum that they belong to: rims, bells and edges are played as their drum."""

Bar = dict[tuple[int, int], int]
"""Velocity of the strokes in a bar, by tick in the bar and percussion key."""


@dataclass(frozen=True, slots=True)
class Performance:
    """A performance of several bars.

    Attributes:
        name: Name of its file in the set.
        style: What the drummer called it, such as funk.
        beats_per_minute: Tempo of the click that the drummer heard.
        bars: The strokes of each bar.
    """

    name: str
    style: str
    beats_per_minute: float
    bars: tuple[Bar, ...]


def performances(folder: Path) -> Iterator[Performance]:
    """The long performances of the set's training split in `METRE`, in the order of its table.

    Args:
        folder: Folder of the Groove MIDI Dataset, with its `info.csv`.

    Raises:
        RequestError: If it is another folder.
    """
    try:
        table = io.StringIO((folder / "info.csv").read_bytes().decode("ascii", "ignore"))
    except OSError:
        raise RequestError(f"no info.csv in {folder}; name the folder of the Groove MIDI Dataset") from None
    for row in csv.DictReader(table):
        wanted = row["beat_type"] == "beat" and row["split"] == "train"
        path = folder / PurePosixPath(row["midi_filename"].replace("\\", "/"))
        if wanted and path.stem.endswith("4-4") and path.is_file():
            style = row["style"].split("/")[0]
            yield Performance(
                path.relative_to(folder).with_suffix("").as_posix(),
                style,
                float(row["bpm"]),
                _bars(mido.MidiFile(path)),
            )


def _bars(file: mido.MidiFile) -> tuple[Bar, ...]:
    ticks = TICKS_PER_QUARTER / file.ticks_per_beat
    strokes, now = [], 0
    for message in mido.merge_tracks(file.tracks):
        now += message.time
        if message.type == "note_on" and message.velocity >= _SOFTEST:
            key = nearest_stroke(message.note)
            strokes.append((now * ticks, _PLAIN.get(key, key), message.velocity))
    grid = min((_STRAIGHT, _TRIPLET), key=lambda grid: sum(_off(time, grid) ** 2 / grid for time, _, _ in strokes))
    bars: list[Bar] = []
    for time, key, velocity in strokes:
        bar, position = divmod(round(time / grid) * grid, METRE.bar_ticks)
        bars.extend({} for _ in range(bar + 1 - len(bars)))
        bars[bar][position, key] = max(velocity, bars[bar].get((position, key), 0))
    return tuple(bars)


def _off(time: float, grid: int) -> float:
    return abs(time - round(time / grid) * grid)
