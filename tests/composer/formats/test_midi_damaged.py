"""Files that other people's programs wrote badly, or that lost bytes on the way."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from symusic.core import ScoreTick

from composer.formats.midi import read_sections
from composer.formats.midi_bytes import plain_files
from composer.formats.sections import Refused
from composer.music.score import Tempo
from tests.training import midi_files
from tests.training.midi_files import DRUM_CHANNEL, Staff, tempo, time_signature, two_hands

if TYPE_CHECKING:
    from collections.abc import Callable
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


def chunk(name: bytes, data: bytes, *, claims: int | None = None) -> bytes:
    return name + (len(data) if claims is None else claims).to_bytes(4, "big") + data


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    packed = b"".join(name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + (4 + len(packed)).to_bytes(4, "little") + b"RMID" + packed


FEW = b"MThd\0\0\0\6\0\1\0\2\0\x60"
END = b"\0\xff\x2f\0"
C, E, G = (b"\0\x90" + bytes([pitch]) + b"\x40\x60" + bytes([pitch]) + b"\0" for pitch in (60, 64, 67))
"""A quarter each, the end of which has the status of its beginning."""

NAME = b"\0\xff\x01\2la"
PACKET = b"\0\xf0\3\x7e\x7f\xf7"


def struck(data: bytes) -> list[tuple[int, int]]:
    """Start, in quarters, and pitch of all notes."""
    scores = [ScoreTick.from_midi(file) for file in plain_files(data)]
    return sorted((note.time // 96, note.pitch) for score in scores for track in score.tracks for note in track.notes)


@pytest.mark.parametrize("between", [NAME, PACKET, b"\0\xf8", b"\0\xf2\1\2", NAME + PACKET + NAME, b""])
def test_status_runs_on_after_what_is_no_note(between: bytes) -> None:
    assert struck(FEW + chunk(b"MTrk", C + between + b"\0\x40\x40\x60\x40\0" + END)) == [(0, 60), (1, 64)]


ON, OFF, LATER = b"\x90\x3c\x40", b"\x80\x3c\0", b"\x60"


@pytest.mark.parametrize(
    ("events", "lengths"),
    [
        (b"\0" + ON + LATER + END[1:], [1]),
        (b"\0" + ON + LATER + ON + LATER + OFF + END, [1, 1]),
        (b"\0" + ON + LATER + ON + LATER + ON + LATER + END[1:], [1, 1, 1]),
        (b"\0" + ON + b"\0" + ON + LATER + OFF + LATER + OFF + END, [1, 2]),
        (b"\0" + ON + LATER + OFF + b"\0" + ON + LATER + OFF + END, [1, 1]),
    ],
)
def test_note_without_an_end_ends_where_it_is_struck_again(events: bytes, lengths: list[int]) -> None:
    [file] = plain_files(FEW + chunk(b"MTrk", events))

    [track] = ScoreTick.from_midi(file).tracks
    assert sorted(note.duration // 96 for note in track.notes) == lengths


def test_strokes_without_a_length_are_strokes(file: Path) -> None:
    strokes = [Staff(struck=[(beat / 2, 0.25, 38) for beat in range(96)], channel=DRUM_CHANNEL)]
    whole = midi_files.write(file, strokes).read_bytes()
    without_ends = bytearray(whole)
    for place in range(len(whole) - 2):
        if whole[place : place + 2] == b"\x89\x26":
            without_ends[place] = 0xA9

    file.write_bytes(without_ends)

    assert len(read_sections(file, group="band-drums")[0].score.notes) == 96


def test_event_that_nothing_gives_a_status_is_damage() -> None:
    with pytest.raises(Refused, match="damaged"):
        plain_files(FEW + chunk(b"MTrk", NAME + C[2:] + END))


@pytest.mark.parametrize(
    "first",
    [
        chunk(b"MTrk", C + END),
        chunk(b"MTrk", C + END) + b"\0",
        chunk(b"MTrk", C + END, claims=4),
        chunk(b"MTrk", C + END, claims=0),
        chunk(b"MTrk", C + END, claims=2**32 - 1),
        chunk(b"MTrk", C + END, claims=30),
        chunk(b"MTrk", C, claims=6),
        chunk(b"XFIH", b"odd") + chunk(b"MTrk", C + END),
    ],
)
def test_track_after_one_of_a_wrong_length_is_found(first: bytes) -> None:
    assert struck(FEW + first + chunk(b"MTrk", E + END)) == [(0, 60), (0, 64)]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda data: riff((b"data", data)),
        lambda data: riff((b"LIST", b"INFOodd"), (b"data", data)),
        lambda data: riff((b"DLS ", bytes(9001)), (b"data", data), (b"LIST", b"INFO")),
        lambda data: riff((b"data", data)).replace(b"data" + len(data).to_bytes(4, "little"), b"data" + bytes(4)),
        lambda data: b"\0\5piece".ljust(128, b"\0") + data + bytes(77),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: b"\r\n" + data,
    ],
)
def test_what_is_around_a_file_hides_nothing(wrap: Callable[[bytes], bytes]) -> None:
    assert struck(wrap(FEW + chunk(b"MTrk", C + END) + chunk(b"MTrk", G + END))) == [(0, 60), (0, 67)]


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
