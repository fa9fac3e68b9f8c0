"""Performances are read as they were played, and a mechanical one is told from a person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mido
import numpy as np
import pytest

from training.playing.comparison import compare_playing
from training.playing.description import describe_recording, written_lengths
from training.playing.recording import read_recording
from training.playing.rolls import SPLITS, read_rolls

if TYPE_CHECKING:
    from pathlib import Path


def save(path: Path, *tracks: list[tuple[int, mido.Message]]) -> None:
    """A MIDI file of messages at milliseconds from its beginning."""
    file = mido.MidiFile(ticks_per_beat=1000)
    for messages in tracks:
        track, now = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000)]), 0
        for time, message in sorted(messages, key=lambda one: one[0]):
            track.append(message.copy(time=time - now))
            now = time
        file.tracks.append(track)
    file.save(path)


def key(pitch: int, down: int, up: int, velocity: int = 64) -> list[tuple[int, mido.Message]]:
    return [
        (down, mido.Message("note_on", note=pitch, velocity=velocity)),
        (up, mido.Message("note_off", note=pitch)),
    ]


def pedal(*moves: int) -> list[tuple[int, mido.Message]]:
    return [
        (time, mido.Message("control_change", control=64, value=127 * (at % 2 == 0))) for at, time in enumerate(moves)
    ]


def play(path: Path, rng: np.random.Generator, *, by_hand: bool, seconds: int = 90) -> None:
    """Chords of two notes."""
    messages = pedal(*range(100, seconds * 1000, 1000))
    for start in range(500, seconds * 1000, 500):
        low, top = (int(one) for one in rng.normal(0, 12, 2)) if by_hand else (0, 0)
        loud = int(rng.normal(60, 12 if by_hand else 2))
        messages += key(48, start + low, start + 400 + low, max(1, loud))
        messages += key(72, start + top, start + 450 + top, max(1, loud + 5))
    save(path, messages)


def test_keys_and_pedal_of_all_tracks_are_read_once(tmp_path: Path) -> None:
    save(tmp_path / "one.mid", [*key(60, 0, 400), *pedal(100, 900)], [*key(72, 10, 900, 80), *pedal(100, 900)])

    recording = read_recording(tmp_path / "one.mid")

    assert recording.downs == pytest.approx([0, 0.01])
    assert recording.ups == pytest.approx([0.4, 0.9])
    assert list(recording.velocities) == [64, 80]
    assert recording.presses == pytest.approx([0.1])
    assert recording.releases == pytest.approx([0.9])
    assert list(recording.chords) == [0, 0]


def test_a_note_is_written_up_to_the_onset_that_is_nearest_to_its_end() -> None:
    onsets = np.array([0.0, 0.5, 1.0, 2.0])

    lengths = written_lengths(np.array([0.2, 0.6, 1.9, 9.0]), np.zeros(4), onsets)

    assert list(lengths) == [0.5, 0.5, 2.0, 9.0]


def test_the_parts_of_a_work_are_in_one_split_and_no_roll_is_in_two(tmp_path: Path, rng: np.random.Generator) -> None:
    play(tmp_path / "roll.mid", rng, by_hand=True, seconds=2)
    rows = [f"roll.mid\tcomposer {number // 2}\tpart {number % 2}\tsomebody\tgreen" for number in range(40)]
    (tmp_path / "pieces.tsv").write_text("\n".join(["file\tcomposer\ttitle\tperformer\troll", *rows]))

    works = {split: [roll.work for roll in read_rolls(tmp_path, split)] for split in SPLITS}

    assert sum(map(len, works.values())) == 40
    assert all(own.count(work) == 2 for own in works.values() for work in own)
    assert not set(works["train"]) & set(works["valid"]) | set(works["valid"]) & set(works["test"])


def test_who_plays_as_a_machine_is_told_from_people(tmp_path: Path, rng: np.random.Generator) -> None:
    rolls, ours = tmp_path / "rolls", tmp_path / "ours"
    rolls.mkdir()
    ours.mkdir()
    names = [f"{number}.mid" for number in range(16)]
    for name in names:
        play(rolls / name, rng, by_hand=True)
        play(ours / name, rng, by_hand=False)
    rows = [f"{name}\t{name}\t\tsomebody\tgreen" for name in names]
    (rolls / "pieces.tsv").write_text("\n".join(["file\tcomposer\ttitle\tperformer\troll", *rows]))

    found = compare_playing(rolls, "train", ours)

    gaps = {tell.feature: abs(tell.alone - 0.5) for tell in found.discrimination.tells}
    assert found.discrimination.area > 0.9
    assert found.gap > found.among_people
    assert gaps["chord spread, 50 % (ms)"] == 0.5


def test_a_mechanical_performance_has_no_spread_and_no_deviation(tmp_path: Path, rng: np.random.Generator) -> None:
    play(tmp_path / "machine.mid", rng, by_hand=False)

    features = describe_recording(read_recording(tmp_path / "machine.mid"))

    assert features["chord spread, 50 % (ms)"] == 0
    assert features["equal intervals, deviation"] == pytest.approx(0, abs=1e-3)
    assert features["pedal down"] == pytest.approx(0.5, abs=0.05)
