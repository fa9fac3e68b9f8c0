"""The tutorial's way, on a few notes."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import mido
import numpy as np
import pytest

from composer.errors import RequestError
from composer.tutorial.network import load
from tests.training.midi_files import Staff, two_hands, write
from training.__main__ import main
from training.baseline import midi, tutorial

if TYPE_CHECKING:
    from pathlib import Path

    from tests.training.midi_files import Struck

TUNE: list[Struck] = [(0, 1, 60), (1, 0.5, 62), (1.5, 2, 66)]
CHORD: list[Struck] = [(4, 1, 48), (4, 1, 64), (4, 1, 79)]


def test_a_note_becomes_its_name_and_a_chord_its_pitch_classes(tmp_path):
    path = write(tmp_path / "piece.mid", [Staff(struck=[*TUNE, *CHORD])])

    assert midi.words_of(path) == ["C4", "D4", "F#4", "0.4.7"]


def test_only_what_a_piano_plays_is_read(tmp_path):
    violin = Staff(struck=TUNE, program=40, name=b"Violin")
    path = write(tmp_path / "piece.mid", [violin, Staff(struck=CHORD, channel=1)])

    assert midi.words_of(path) == ["0.4.7"]


def test_a_file_that_is_none_has_no_words(tmp_path):
    (tmp_path / "broken.mid").write_bytes(b"MThd\x00\x00")

    assert midi.words_of(tmp_path / "broken.mid") == []


def test_words_are_written_a_quarter_each_and_chords_come_back_in_one_octave(tmp_path):
    midi.write_words(["C4", "E-5", "0.4.7", "11"], tmp_path / "out.mid")

    file = mido.MidiFile(tmp_path / "out.mid")
    now, starts = 0, []
    for message in file.tracks[-1]:
        now += message.time
        if message.type == "note_on" and message.velocity:
            starts.append((now / file.ticks_per_beat, message.note))
    assert starts == [(0, 60), (1, 75), (2, 60), (2, 64), (2, 67), (3, 71)]


def test_rare_words_are_deleted_before_windows_are_cut():
    piece = ["C4", "D4"] * 20 + ["F#4"] + ["C4", "D4"] * 5

    material = tutorial.cut_windows([piece], often=5)

    assert material.words == ("C4", "D4")
    assert material.inputs.shape == (50 - tutorial.WINDOW, tutorial.WINDOW)
    assert material.targets.tolist()[:3] == [0, 1, 0]


def test_too_few_notes_are_refused():
    with pytest.raises(RequestError, match="take more pieces"):
        tutorial.cut_windows([["C4", "D4"] * 8])


@pytest.mark.parametrize(("kind", "parameters"), [("wavenet", 267_939), ("lstm", 274_087)])
def test_networks_are_as_published(kind, parameters):
    network = tutorial.NETWORKS[kind](tutorial.PUBLISHED_WORDS)

    assert network.count_params() == parameters
    assert network.output_shape == (None, tutorial.PUBLISHED_WORDS)


@pytest.mark.parametrize("kind", ["wavenet", "lstm"])
def test_training_keeps_the_best_epoch_and_always_takes_the_likeliest_word(kind):
    material = tutorial.cut_windows([["C4", "D4"] * 60])

    trained = tutorial.train_network(material, kind=kind, epochs=2, minutes=math.inf, seed=1)
    pieces = tutorial.compose_pieces(trained, material.words, pieces=2, length=3, seed=1)

    assert trained.epochs == 2
    assert trained.loss < 2
    assert 0 <= trained.accuracy <= 1
    first = trained.network.predict(trained.held_out[np.random.default_rng(1).integers(len(trained.held_out), size=2)])
    assert [piece[0] for piece in pieces] == [material.words[number] for number in first.argmax(axis=-1)]
    assert [len(piece) for piece in pieces] == [3, 3]


def test_no_epoch_begins_when_the_time_is_up():
    trained = tutorial.train_network(
        tutorial.cut_windows([["C4", "D4"] * 60]), kind="wavenet", epochs=9, minutes=0, seed=1
    )

    assert trained.epochs == 1


def test_the_command_trains_on_a_few_pieces_and_writes_ten_quarters(tmp_path: Path, capsys):
    for number in range(2):
        write(tmp_path / "corpus" / f"{number}.mid", two_hands(80, seed=number))
    command = ["tutorial", "--corpus", str(tmp_path / "corpus"), "--out", str(tmp_path / "out"), "--workers", "1"]

    once = [*command, "--epochs", "1", "--pieces", "1"]
    statuses = [main(once), main([*once, "--export", str(tmp_path / "wavenet.onnx")])]

    assert statuses == [0, 0]
    file = mido.MidiFile(tmp_path / "out" / "000.mid")
    struck = [message for message in file if message.type == "note_on" and message.velocity]
    assert len(struck) >= 10
    assert file.length == pytest.approx(10 * 60 / 120, abs=0.6)
    told = json.loads((tmp_path / "out" / "tutorial.json").read_text())
    assert (told["training_pieces"], told["words_in_a_piece"], told["epochs"]) == (2, 10, 1)
    assert '"network": "wavenet"' in capsys.readouterr().out
    network = load(tmp_path / "wavenet.onnx")
    assert (network.card.pieces, network.card.epochs, network.card.seed) == (2, 1, 1)
    assert [source.name for source in network.card.trained_on] == ["corpus"]
    likely = network.probabilities(np.array(network.card.starts[0], np.int32))
    assert likely.shape == (len(network.card.words),)
    assert likely.sum() == pytest.approx(1, abs=1e-5)
