"""From recordings to a file that plays their instrument."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.errors import MachineError, ModelError, RequestError
from composer.source_filter.excitation import RATE
from composer.source_filter.network import CHUNK, load
from composer.source_filter.sounding import SoundingNote
from tests.composer.source_filter.test_excitation import peak
from tests.training.sound.instruments import ENVELOPE, PROGRAM, make_recordings
from training.__main__ import main
from training.sound.fit import SoundPlan
from training.sound.instrument import WantedInstrument, fit_instrument

if TYPE_CHECKING:
    from pathlib import Path

TINY = WantedInstrument(width=8, dilations=(1, 4), as_recorded=True)
PLAN = SoundPlan(minutes=2.5 / 60, check_minutes=0.5 / 60, batch=2, window=4096, learning_rate=0.01, warmup=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recordings, and what was learned from them."""
    folder = tmp_path_factory.mktemp("sound")
    make_recordings(folder / "recordings")
    fit_instrument(folder / "recordings", folder / "lute.sound.onnx", PLAN, wanted=TINY, folder=folder / "run")
    return folder


def test_what_was_learned_plays_the_asked_pitch_in_any_chunks_and_keeps_silent_without_notes(folder: Path) -> None:
    network = load(folder / "lute.sound.onnx")
    note = SoundingNote(start=0.0, end=1.0, pitch=57, level=1.0)

    sound = network.play([note], program=PROGRAM, samples=RATE)

    assert peak(sound) == pytest.approx(220, rel=0.01)
    again = network.play([note], program=PROGRAM, samples=RATE, chunk=3 * CHUNK)
    assert np.allclose(again, sound, rtol=0, atol=1e-6 * np.abs(sound).max())
    assert not network.play([], program=PROGRAM, samples=RATE).any()


def test_its_card_says_what_it_plays_and_how_its_notes_go(folder: Path) -> None:
    card = load(folder / "lute.sound.onnx").card

    assert (card.name, card.programs) == ("lute", (PROGRAM,))
    assert card.envelopes == (ENVELOPE,)
    assert card.trained_on[0].name == "recordings"
    assert card.loss < 1.5


def test_a_folder_without_recordings_is_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "noise.wav").write_bytes(b"RIFFnothing")

    status = main(["fit-audio", "--from", str(tmp_path / "in"), "--out", str(tmp_path / "out.sound.onnx")])

    assert status == RequestError.exit_status
    assert "in no recording of" in capsys.readouterr().err


def test_checkpoints_of_another_network_and_damaged_ones_are_told_in_a_sentence(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "run", tmp_path / "run")
    other = replace(TINY, width=9)

    with pytest.raises(MachineError, match="another run, or a damaged one; name another folder"):
        fit_instrument(folder / "recordings", tmp_path / "a.sound.onnx", PLAN, wanted=other, folder=tmp_path / "run")
    (tmp_path / "run" / "sound.json").write_text("{")
    with pytest.raises(MachineError, match="another run, or a damaged one; name another folder"):
        fit_instrument(folder / "recordings", tmp_path / "a.sound.onnx", PLAN, wanted=TINY, folder=tmp_path / "run")


def test_an_instrument_to_begin_with_that_is_none_is_told_in_a_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.sound.onnx").write_bytes(b"noise")
    for start in ("gone.sound.onnx", "noise.sound.onnx"):
        wanted = replace(TINY, start=tmp_path / start)
        with pytest.raises(ModelError, match=start):
            fit_instrument(folder / "recordings", tmp_path / "a.sound.onnx", PLAN, wanted=wanted, folder=tmp_path)


def test_a_file_that_the_composer_would_not_find_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()

    status = main(["fit-audio", "--from", str(tmp_path / "in"), "--out", str(tmp_path / "out.onnx")])

    assert status == RequestError.exit_status
    assert ".sound.onnx" in capsys.readouterr().err
