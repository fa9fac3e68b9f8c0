from __future__ import annotations

import pytest

from composer.music.chord_reading import chord_changes, read_chords
from composer.music.chord_symbol import ALL_SYMBOLS, ChordChange, ChordSymbol, Quality
from composer.music.score import Note, Part
from tests.composer.pieces import line, score_of


def struck(*pitches: int, start: int = 0, length: int = 96) -> tuple[Note, ...]:
    return tuple(Note(start, length, pitch, 75, Part.ACCOMPANIMENT) for pitch in pitches)


@pytest.mark.parametrize("symbol", ALL_SYMBOLS, ids=str)
def test_chord_in_root_position_is_told(symbol: ChordSymbol) -> None:
    pitches = sorted(48 + symbol.root + (tone - symbol.root) % 12 for tone in symbol.pitch_classes)

    (chord,) = read_chords(score_of(*struck(*pitches), bars=1))

    assert chord.change == ChordChange(0, symbol)
    assert chord.bass == symbol.root
    assert chord.confidence == 1


def test_chord_is_told_through_passing_notes() -> None:
    melody = line([72, 74, 76, 74], step=12)

    assert chord_changes(score_of(*struck(48, 55, 64), *melody, bars=1)) == (
        ChordChange(0, ChordSymbol(0, Quality.MAJOR)),
    )


def test_broken_chord_is_told_as_one() -> None:
    piece = score_of(*line([57, 64, 60, 64, 57, 64, 60, 64], step=12), bars=1)

    assert chord_changes(piece) == (ChordChange(0, ChordSymbol(9, Quality.MINOR)),)


def test_chords_change_where_the_harmony_does() -> None:
    piece = score_of(*struck(48, 52, 55), *struck(43, 59, 62, 65, start=96), bars=2)

    assert [(change.start, change.symbol) for change in chord_changes(piece)] == [
        (0, ChordSymbol(0, Quality.MAJOR)),
        (96, ChordSymbol(7, Quality.DOMINANT_SEVENTH)),
    ]


def test_no_chord_is_told_of_a_single_note_or_of_silence() -> None:
    assert [change.symbol for change in chord_changes(score_of(*struck(60), bars=2))] == [None]


def test_drums_are_no_harmony() -> None:
    drums = [Note(start, 6, 38, 75, Part.DRUMS) for start in range(0, 96, 24)]

    assert chord_changes(score_of(*struck(48, 52, 55), *drums, bars=1))[0].symbol == ChordSymbol(0, Quality.MAJOR)
