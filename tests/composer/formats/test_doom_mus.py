from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING

import pytest

from composer.formats.midi import transcripts_of
from composer.formats.part_roles import FIND_OUT
from composer.formats.sections import Refused, sections_of
from composer.formats.steady_beat import find_beat
from composer.music.score import Part
from tests.training.midi_files import bars_of_chords, bars_of_tune, two_hands, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TUNE, CHORDS = bars_of_tune(16), bars_of_chords(16)
STROKES = [(beat / 2, 0.25, 36 + 2 * (beat % 2)) for beat in range(128)]


def mus(*channels: tuple[int, Iterable[tuple[float, float, int]]], tempo: float = 120, late: float = 0) -> bytes:
    """A MUS file: by channel what is struck, in quarters."""
    events: list[tuple[int, int, bytes]] = []
    for channel, struck in channels:
        for at, length, pitch in struck:
            start, end = (round((late + when * 60 / tempo) * 140) for when in (at, at + length))
            events += [(start, 1, bytes([0x10 | channel, 0x80 | pitch, 90])), (end, 0, bytes([channel, pitch]))]
    events.sort()
    written, now, last = bytearray([0x40, 0, 0]), 0, 3
    for tick, _, event in events:
        if tick > now:
            written[-last] |= 0x80
            written += bytes([tick - now >> 7 | 0x80, tick - now & 0x7F])
        written += event
        now, last = tick, len(event)
    written.append(0x60)
    return b"MUS\x1a" + struct.pack("<6H", len(written), 16, len(channels), 0, 0, 0) + bytes(written)


def read(data: bytes) -> list[tuple[int, int, Part]]:
    [transcript] = transcripts_of(data, group=FIND_OUT)
    [section] = sections_of(transcript)
    return [(note.start, note.pitch, note.part) for note in section.score.notes]


@pytest.mark.parametrize("tempo", [72, 93, 138])
@pytest.mark.parametrize("late", [0, 0.3])
def test_music_of_the_doom_engine_is_read_as_the_same_in_midi(tmp_path: Path, tempo: float, late: float) -> None:
    midi = write(tmp_path / "piece.mid", two_hands(16)).read_bytes()

    assert read(mus((0, TUNE), (1, CHORDS), tempo=tempo, late=late)) == read(midi)


def test_its_tempo_is_found() -> None:
    [transcript] = transcripts_of(mus((0, TUNE), (1, CHORDS), tempo=93), group=FIND_OUT)

    assert transcript.tempos[0][1] == pytest.approx(93, abs=0.05)


def test_its_last_channel_is_percussion() -> None:
    parts = [part for *_, part in read(mus((0, TUNE), (15, STROKES)))]

    assert (parts.count(Part.MELODY), parts.count(Part.DRUMS)) == (len(TUNE), len(STROKES))


def test_music_in_free_time_is_refused() -> None:
    dice = random.Random(0)
    free = [(at + dice.random(), length, pitch) for at, length, pitch in TUNE]

    with pytest.raises(Refused, match="no steady beat"):
        read(mus((0, free)))


def test_without_notes_there_is_no_beat() -> None:
    assert find_beat([]) is None


def test_finale_file_of_the_same_ending_is_told_from_it() -> None:
    with pytest.raises(Refused, match="a Finale file: export it as MusicXML"):
        read(b"ENIGMA BINARY FILE" + bytes(100))


def test_damaged_file_is_read_or_refused() -> None:
    whole, dice = mus((0, TUNE), (15, STROKES)), random.Random(1)
    for _ in range(10):
        data = bytearray(whole[: dice.randrange(4, len(whole))])
        data[dice.randrange(4, len(data) + 1) :][:1] = bytes([dice.randrange(256)])
        try:
            assert transcripts_of(bytes(data), group=FIND_OUT)
        except Refused as reason:
            assert len(str(reason)) > 5  # noqa: PT017 - either is right
