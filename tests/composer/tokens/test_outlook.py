from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings

from composer.music.chord_symbol import ALL_SYMBOLS, ChordChange, ChordSymbol, Quality
from composer.music.score import Note, Part
from composer.tokens import outlook, position, vocabulary
from composer.tokens.outlook import OutlookTracker
from composer.tokens.position import NO_ONSET, PITCH_BYTES, PositionTracker
from composer.tokens.tokenizer import encode, quantised
from composer.tokens.vocabulary import EVENTS, Kind
from tests.composer.pieces import line, score_of, scores, steadily

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.music.score import Score

C, G7 = ChordSymbol(0, Quality.MAJOR), ChordSymbol(7, Quality.DOMINANT_SEVENTH)
LAG_1, LAG_2, MOVED = range(3)


def rows_of(score: Score, chords: Sequence[ChordChange] = ()) -> list[tuple[int, bytes]]:
    """Each token of a score and the tracker's row after it."""
    now = OutlookTracker(score.metre, score.bars, chords=chords)
    rows = []
    for token in encode(score):
        now.read(token)
        rows.append((token, bytes(now.row)))
    return rows


def row_at(score: Score, bar: int, at: int, chords: Sequence[ChordChange] = ()) -> bytes:
    """The row after a POSITION of a bar."""
    begun = -1
    for token, row in rows_of(score, chords):
        event = EVENTS[token]
        begun += event.kind is Kind.BAR
        if begun == bar and event.kind is Kind.POSITION and event.value == at:
            return row
    raise LookupError


def pitches_of(row: bytes, source: int) -> set[int]:
    first = outlook.PITCHES + source * PITCH_BYTES
    bits = int.from_bytes(row[first : first + PITCH_BYTES], "little")
    return {vocabulary.LOWEST_PITCH + bit for bit in range(vocabulary.KEYS) if bits >> bit & 1}


@given(scores())
@settings(steadily, max_examples=15)
def test_a_row_begins_with_that_of_the_position(score: Score) -> None:
    fitted = quantised(score)
    plain = PositionTracker(fitted.metre, fitted.bars)

    for token, row in rows_of(fitted):
        plain.read(token)
        assert row[: position.WIDTH] == plain.row


def test_row_tells_what_stood_one_and_two_bars_before() -> None:
    piece = score_of(*line([60, 62, 64, 65, 70, 71, 72, 74, 50, 52]), bars=3)

    row = row_at(piece, 2, 0)

    assert pitches_of(row, LAG_1) == {70}
    assert pitches_of(row, LAG_2) == {60}
    assert row[outlook.NEXT_ONSETS + LAG_1] == 24


def test_sequence_goes_on_a_step_higher_in_the_scale() -> None:
    piece = score_of(*line([60, 64, 67, 64, 62, 65, 69, 65, 64]), bars=3)

    row = row_at(piece, 2, 0)

    assert row[outlook.SEQUENCE] == len(outlook.SEQUENCE_EDGES)
    assert pitches_of(row, MOVED) == {64}


def test_sequence_of_two_bars_goes_on_from_two_bars_before() -> None:
    first = [60, 72, 67, 64, 62, 55, 59, 53]
    moved = [57, 69, 64, 60, 59, 52, 55, 50]
    piece = score_of(*line([*first, *moved, 53]), bars=5)

    assert pitches_of(row_at(piece, 4, 0), MOVED) == {53}


def test_bar_that_is_plainly_repeated_is_no_sequence() -> None:
    piece = score_of(*line([60, 64, 67, 64] * 3), bars=3)

    assert row_at(piece, 2, 0)[outlook.SEQUENCE] == 0


def test_drums_of_earlier_bars_are_told_by_kind() -> None:
    kick, snare = Note(0, 6, 36, 75, Part.DRUMS), Note(24, 6, 38, 75, Part.DRUMS)
    piece = score_of(kick, snare, *line([60, 62], start=96), bars=2)

    row = row_at(piece, 1, 0)

    strokes = int.from_bytes(row[outlook.STROKES : outlook.STROKES + outlook.DRUM_BYTES], "little")
    assert strokes == 1 << outlook.DRUM_KINDS.index((36,))
    assert row[outlook.NEXT_STROKES] == 24


def test_row_tells_the_chord_here_and_how_long_until_the_next() -> None:
    piece = score_of(*line([60, 62, 64, 65, 67]), bars=2)
    chords = (ChordChange(0, C), ChordChange(96, G7))

    here, there = row_at(piece, 0, 72, chords), row_at(piece, 1, 0, chords)

    assert [here[outlook.CHORD], here[outlook.CHORD_TICKS]] == [outlook.chord_code(C), 24]
    assert here[outlook.NEXT_CHORD] == there[outlook.CHORD] == outlook.chord_code(G7)
    assert there[outlook.CHORD_TICKS] == NO_ONSET


def test_chords_that_are_left_open_look_like_those_of_a_piece_without_any() -> None:
    piece = score_of(*line([60, 62, 64, 65, 67]), bars=2)
    known, unknown = (
        np.array([list(row) for _, row in rows_of(piece, chords)], np.uint8)
        for chords in ((ChordChange(0, C), ChordChange(96, G7)), ())
    )

    outlook.leave_chords_open(known, np.ones(len(known), np.bool_))

    np.testing.assert_array_equal(known, unknown)


def test_every_chord_has_a_code_of_its_own() -> None:
    assert sorted(outlook.chord_code(symbol) for symbol in (None, *ALL_SYMBOLS)) == list(range(121))
