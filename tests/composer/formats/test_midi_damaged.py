"""Files that other people's programs wrote badly, or that lost bytes on the way."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from composer.formats.midi import read_sections
from composer.formats.sections import Refused
from composer.music.score import Tempo
from tests.training import midi_files
from tests.training.midi_files import Staff, tempo, time_signature, two_hands

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "piece.mid"


def test_tempo_of_no_length_is_passed_over(file: Path) -> None:
    midi_files.write(file, two_hands(12), marks=(time_signature(0, 4, 4), tempo(0, 90)))
    data = file.read_bytes()
    at = data.index(b"\xff\x51\x03") + 3
    file.write_bytes(data[:at] + bytes(3) + data[at + 3 :])

    [section] = read_sections(file, group="solo-piano")

    assert section.score.tempos == (Tempo(0, 120.0),)


def test_names_that_are_no_utf_8_do_no_harm(file: Path) -> None:
    right, left = two_hands(12)

    midi_files.write(file, [Staff(struck=right.struck, name=b"\xa9 1998 \xff\xfe"), left])

    [section] = read_sections(file, group="solo-piano")

    assert section.score.bars == 12


def test_name_may_end_in_capitals(tmp_path: Path) -> None:
    file = midi_files.write(tmp_path / "PIECE.Mid", two_hands(12))

    assert len(read_sections(file, group="solo-piano")) == 1


def test_piece_that_claims_to_last_for_days_is_refused(file: Path) -> None:
    right, left = two_hands(12)
    midi_files.write(file, [Staff(struck=[*right.struck, (100_000, 1, 60)]), left])

    with pytest.raises(Refused, match="longer than any piece"):
        read_sections(file, group="solo-piano")


def test_time_that_overflows_is_refused(file: Path) -> None:
    right, left = two_hands(12)
    far = [(at * 550_000.0, 1, 60) for at in range(1, 12)]
    midi_files.write(file, [Staff(struck=[*right.struck, *far]), left])

    with pytest.raises(Refused, match="longer than any piece"):
        read_sections(file, group="solo-piano")


@pytest.mark.parametrize("division", [b"\x00\x00", b"\xe7\x00"])
def test_file_without_ticks_in_a_quarter_is_refused(file: Path, division: bytes) -> None:
    data = midi_files.write(file, two_hands(12)).read_bytes()
    file.write_bytes(data[:12] + division + data[14:])

    with pytest.raises(Refused, match="unreadable"):
        read_sections(file, group="solo-piano")


@pytest.mark.parametrize("data", [b"", b"MThd", b"RIFF" * 100, random.Random(0).randbytes(2000)])
def test_file_that_is_no_midi_is_refused(file: Path, data: bytes) -> None:
    file.write_bytes(data)

    with pytest.raises(Refused, match="unreadable"):
        read_sections(file, group="solo-piano")


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="unreadable: No such file"):
        read_sections(tmp_path / "nowhere.mid", group="solo-piano")


def test_damaged_file_is_read_or_refused_but_never_breaks_the_reader(file: Path) -> None:
    whole = midi_files.write(file, two_hands(12)).read_bytes()
    rng = random.Random(1)
    outcomes = []
    for _ in range(200):
        data = bytearray(whole[: rng.randrange(len(whole))] if rng.random() < 0.3 else whole)
        for _ in range(rng.randrange(4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        file.write_bytes(data)
        try:
            outcomes += ["read"] if read_sections(file, group="solo-piano") else []
        except Refused:
            outcomes.append("refused")

    assert len(outcomes) == 200
    assert set(outcomes) == {"read", "refused"}
