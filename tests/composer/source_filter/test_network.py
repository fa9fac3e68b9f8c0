"""The networks that come with Cadenza play what is asked, and nothing else."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.errors import ModelError
from composer.models import loading
from composer.source_filter import sounds
from composer.source_filter.excitation import RATE
from composer.source_filter.network import CHUNK, SoundCard, SoundNetwork, load
from composer.source_filter.sounding import SoundingNote
from tests.composer.source_filter.test_excitation import peak

if TYPE_CHECKING:
    from pathlib import Path

FILES = pytest.mark.parametrize("path", sounds.files(), ids=lambda path: path.name)
NOTES = (
    SoundingNote(start=0.1, end=0.6, pitch=57, level=0.5),
    SoundingNote(start=0.35, end=0.9, pitch=64, level=0.3),
)


def played(network: SoundNetwork, notes=NOTES, **options) -> np.ndarray:
    return network.play(notes, program=network.card.programs[0], samples=RATE, **options)


def test_the_sound_is_the_same_whatever_the_chunks() -> None:
    network = load(sounds.files()[0])

    sound = played(network)

    assert np.abs(sound).max() > 1e-3
    for chunk in (CHUNK // 4, 5 * CHUNK):
        assert np.allclose(played(network, chunk=chunk), sound, rtol=0, atol=1e-6)


@FILES
def test_silence_in_is_silence_out(path: Path) -> None:
    network = load(path)

    assert not played(network, ()).any()
    assert not played(network)[: RATE // 10].any()


@FILES
def test_each_program_plays_the_asked_pitch(path: Path) -> None:
    network = load(path)
    note = SoundingNote(start=0.0, end=1.0, pitch=69, level=0.5)

    for program in network.card.programs:
        sound = network.play([note], program=program, samples=RATE)
        # Some instruments sound an overtone louder than the note itself.
        overtone = peak(sound[RATE // 8 :]) / 440
        assert round(overtone) in {1, 2, 3, 4}
        assert overtone == pytest.approx(round(overtone), rel=0.02)


@FILES
def test_a_file_is_small_and_says_what_it_learned_from(path: Path) -> None:
    card = load(path).card

    assert path.stat().st_size < 2_000_000
    assert card.trained_on
    assert SoundCard.from_json(card.to_json()) == card


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    data = bytearray(sounds.files()[0].read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "piano.sound.onnx").write_bytes(data)

    with pytest.raises(ModelError, match="damaged"):
        load(tmp_path / "piano.sound.onnx")


def test_a_file_that_was_replaced_plays_as_it_is_now(tmp_path: Path) -> None:
    path = tmp_path / "mine.sound.onnx"
    for source in sounds.files()[:2]:
        shutil.copy(source, path)

        assert sounds.load_sound(path).card.programs == load(source).card.programs
        assert all(sounds.by_program(tmp_path)[program] == path for program in load(source).card.programs)


def test_a_model_that_composes_is_no_instrument() -> None:
    with pytest.raises(ModelError, match="not one of an instrument"):
        load(next(iter(loading.files().values())))
