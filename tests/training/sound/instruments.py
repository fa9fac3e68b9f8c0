"""An instrument that a tiny network can learn: its excitation, heard through a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.source_filter.excitation import HOP, RATE, Excitation, NoteEnvelope
from composer.source_filter.sounding import read_strands
from tests.composer.source_filter.played import file_of, tune
from training.sound.recordings import write_recording

if TYPE_CHECKING:
    from pathlib import Path

ENVELOPE = NoteEnvelope(attack=0.004, half_life=0.35, release=0.06)
PROGRAM = 24


def make_recordings(folder: Path, *, number: int = 3, seconds: float = 4.0) -> None:
    """Recordings of random tunes, each with its MIDI beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    samples = round(seconds * RATE) // HOP * HOP
    for place in range(number):
        music = file_of(*tune(rng.integers(48, 80, size=round(2 * seconds)).tolist(), number=PROGRAM), seconds=seconds)
        (strand,) = read_strands(music)
        waves, _ = Excitation(strand.notes, ENVELOPE).stretch(0, samples)
        (folder / f"{place}.mid").write_bytes(music)
        write_recording(folder / f"{place}.wav", 0.1 * waves[:, :3].sum(axis=1))
