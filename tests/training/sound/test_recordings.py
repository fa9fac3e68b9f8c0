"""Recordings with the notes that are played in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.source_filter.excitation import RATE
from tests.training.sound.instruments import ENVELOPE, PROGRAM, make_recordings
from training.sound.envelopes import fit_envelope
from training.sound.recordings import read_folder, seconds_of, split_recordings

if TYPE_CHECKING:
    from pathlib import Path


def test_notes_are_those_of_the_file_beside_a_recording_or_heard(tmp_path: Path) -> None:
    make_recordings(tmp_path, number=2)
    (tmp_path / "1.mid").unlink()

    written, heard = read_folder(tmp_path)

    assert (written.program, heard.program) == (PROGRAM, 0)
    assert len(written.notes) == 8
    wanted = sorted(round(note.start * 2) for note in written.notes)
    assert wanted == list(range(8))
    assert 4 <= len(heard.notes) <= 16
    assert len(written.samples) == 4 * RATE // 64 * 64
    assert np.abs(written.samples).max() > 0.05


def test_the_instrument_can_be_named(tmp_path: Path) -> None:
    make_recordings(tmp_path, number=1)

    (recording,) = read_folder(tmp_path, program=46)

    assert recording.program == 46


def test_what_is_held_out_is_not_learned_from(tmp_path: Path) -> None:
    make_recordings(tmp_path, number=1)
    recordings = read_folder(tmp_path)

    train, held_out = split_recordings(recordings, 0.25)

    assert (seconds_of(train), seconds_of(held_out)) == pytest.approx((3, 1), abs=0.01)
    assert [round(note.start, 2) for note in held_out[0].notes] == [0.0, 0.5]


def test_the_envelope_of_an_instrument_is_found_in_its_recordings(tmp_path: Path) -> None:
    make_recordings(tmp_path, number=1)

    assert fit_envelope(read_folder(tmp_path)) == ENVELOPE
