"""Patterns are taken from performances that keep them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import mido
import pytest

from composer.errors import RequestError
from training.grooves import choice
from training.grooves.performances import performances

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KICK, SNARE, RIM, HIHAT, CRASH, TOM = 36, 38, 40, 42, 49, 43
BEAT = [(0, KICK), (0, HIHAT), (240, HIHAT), (480, SNARE), (480, HIHAT), (960, KICK), (1440, RIM), (1680, HIHAT)]
FILL = [(0, KICK), (480, SNARE), (960, TOM), (1200, TOM), (1440, TOM)]


def perform(folder: Path, name: str, bars: Iterable[list[tuple[int, int]]], *, style: str = "rock/groove1") -> None:
    """Add a performance to a small set; each stroke comes a little late."""
    track = mido.MidiTrack()
    now = 0
    for number, bar in enumerate(bars):
        for tick, key in sorted(bar):
            time = number * 1920 + tick + 11
            track.append(mido.Message("note_on", channel=9, note=key, velocity=90, time=time - now))
            now = time
    path = folder / "drummer1" / f"{name}_4-4.mid"
    path.parent.mkdir(parents=True, exist_ok=True)
    mido.MidiFile(ticks_per_beat=480, tracks=[track]).save(path)
    table = folder / "info.csv"
    if not table.exists():
        table.write_text("style,bpm,beat_type,midi_filename,split\n")
    with table.open("a") as rows:
        rows.write(f"{style},120,beat,drummer1\\{path.name},train\n")


def test_strokes_are_moved_to_the_grid_and_to_their_drum(tmp_path: Path) -> None:
    perform(tmp_path, "steady", [BEAT])

    (performance,) = performances(tmp_path)

    assert (performance.name, performance.style, performance.beats_per_minute) == ("drummer1/steady_4-4", "rock", 120)
    assert set(performance.bars[0]) == {
        (0, KICK), (0, HIHAT), (12, HIHAT), (24, SNARE), (24, HIHAT), (48, KICK), (72, SNARE), (84, HIHAT)
    }  # fmt: skip


def test_a_loop_is_what_comes_most_and_a_fill_has_toms(tmp_path: Path) -> None:
    crash = [*BEAT, (0, CRASH)]
    perform(tmp_path, "steady", [crash, BEAT, BEAT, FILL, *[BEAT] * 8])

    assert choice.write(tmp_path, tmp_path / "patterns.json") == 1

    (kept,) = json.loads((tmp_path / "patterns.json").read_text())
    assert {key for _, key, _ in kept["loops"][0]} == {KICK, SNARE, HIHAT}
    assert len(kept["loops"][0]) == 2 * len(BEAT)
    assert [(tick, key) for tick, key, _ in kept["fill"]] == [(0, KICK), (24, SNARE), (48, TOM), (60, TOM), (72, TOM)]


def test_what_suits_no_band_is_left_out(tmp_path: Path) -> None:
    perform(tmp_path, "swing", [*[BEAT] * 3, FILL] * 3, style="jazz/swing")
    perform(tmp_path, "short", [BEAT, FILL])
    perform(tmp_path, "without-fill", [BEAT] * 12)

    with pytest.raises(RequestError, match="no groove is steady enough"):
        choice.write(tmp_path, tmp_path / "patterns.json")
