from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from composer.music.score import Metre, Note, Part
from composer.tokens import position, vocabulary
from composer.tokens.position import PositionTracker
from composer.tokens.tokenizer import encode, quantised
from composer.tokens.vocabulary import BAR, EVENTS, START, Kind, token_of
from tests.composer.pieces import FOUR_FOUR, line, score_of, scores, steadily

if TYPE_CHECKING:
    from composer.music.score import Score


def rows_of(score: Score, *, bars_after: int = 0) -> list[tuple[int, bytes]]:
    """Each token of a score and the tracker's row after it."""
    now = PositionTracker(score.metre, score.bars + bars_after)
    rows = []
    for token in encode(score):
        now.read(token)
        rows.append((token, bytes(now.row)))
    return rows


def at(rows: list[tuple[int, bytes]], kind: Kind, column: int) -> list[int]:
    """A column of the rows after tokens of one kind."""
    return [row[column] for token, row in rows if EVENTS[token].kind is kind]


def pitches_of(row: bytes, lag: int) -> set[int]:
    """The pitches that a row's bits name."""
    first = position.PITCHES + lag * position.PITCH_BYTES
    bits = int.from_bytes(row[first : first + position.PITCH_BYTES], "little")
    return {vocabulary.LOWEST_PITCH + bit for bit in range(vocabulary.KEYS) if bits >> bit & 1}


def test_bars_left_count_down_to_the_end_of_the_piece() -> None:
    rows = rows_of(score_of(bars=3), bars_after=2)

    assert rows[0][1][position.BARS_LEFT] == 5
    assert at(rows, Kind.BAR, position.BARS_LEFT) == [4, 3, 2]


def test_bars_left_stop_at_255() -> None:
    assert at(rows_of(score_of(bars=258)), Kind.BAR, position.BARS_LEFT) == [255, 255, 255, *range(254, -1, -1)]


def test_bars_left_never_fall_below_nought() -> None:
    now = PositionTracker(FOUR_FOUR, 1)

    for token in (START, BAR, BAR):
        now.read(token)

    assert now.row[position.BARS_LEFT] == 0


def test_phrase_counts_bars_by_eight() -> None:
    assert at(rows_of(score_of(bars=10)), Kind.BAR, position.PHRASE) == [0, 1, 2, 3, 4, 5, 6, 7, 0, 1]


def test_position_starts_anew_in_every_bar() -> None:
    rows = rows_of(score_of(*line([60, 62, 64], step=72), bars=2))

    assert at(rows, Kind.POSITION, position.POSITION) == [0, 72, 48]
    assert at(rows, Kind.BAR, position.POSITION) == [0, 0]


@pytest.mark.parametrize("metre", vocabulary.METRES, ids=str)
def test_metre_is_named_from_the_start(metre: Metre) -> None:
    rows = rows_of(score_of(bars=1, metre=metre))

    assert {row[position.METRE] for _, row in rows} == {vocabulary.METRES.index(metre)}


def test_unknown_metre_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        PositionTracker(Metre(1, 1), 1)


def test_part_and_velocity_are_those_of_the_last_note() -> None:
    score = score_of(Note(0, 24, 72, 75, Part.MELODY), Note(0, 24, 48, 45, Part.ACCOMPANIMENT), bars=1)

    rows = rows_of(score)

    nothing, melody, accompaniment = (position.NO_PART, 0), (Part.MELODY, 6), (Part.ACCOMPANIMENT, 3)
    seen = [(row[position.PART], row[position.VELOCITY]) for _, row in rows]
    assert seen == [
        *[nothing] * 3,
        *[(Part.MELODY, 0)] * 2,
        melody,
        *[(Part.ACCOMPANIMENT, 0)] * 2,
        *[accompaniment] * 2,
    ]


def test_velocity_of_a_part_is_remembered() -> None:
    score = score_of(*line([72, 72]), Note(0, 24, 48, 45, Part.ACCOMPANIMENT), bars=1)

    velocities = at(rows_of(score), Kind.PITCH, position.VELOCITY)

    assert velocities == [0, 0, 6]


@pytest.mark.parametrize(("lag", "bars_back"), list(enumerate(position.LAGS)))
def test_tracker_shows_what_stood_at_this_place_bars_ago(lag: int, bars_back: int) -> None:
    chord = [Note(24, 24, pitch, 75, part) for pitch, part in ((21, Part.BASS), (60, Part.MELODY), (108, Part.MELODY))]
    again = bars_back * FOUR_FOUR.bar_ticks + 24
    score = score_of(*chord, *line([62, 64], start=again), bars=bars_back + 1)

    later = [row for token, row in rows_of(score) if token == token_of(Kind.POSITION, 24)]

    assert [pitches_of(row, lag) for row in later] == [set(), {21, 60, 108}]


@pytest.mark.parametrize(("lag", "bars_back"), list(enumerate(position.LAGS)))
def test_tracker_tells_how_far_the_next_onset_was_bars_ago(lag: int, bars_back: int) -> None:
    ago = line([60, 62], start=12, step=36)
    again = bars_back * FOUR_FOUR.bar_ticks
    score = score_of(*ago, *line([64, 65], start=again, step=24), bars=bars_back + 1)

    rows = rows_of(score)[-8:]

    column = position.NEXT_ONSETS + lag
    assert at(rows, Kind.BAR, column) == [12]
    assert at(rows, Kind.POSITION, column) == [12, 24]


def theme(bars: str, *, lengths: int | None = None) -> Score:
    """A melody of one bar for each letter, equal for equal letters."""
    notes = [
        note
        for bar, letter in enumerate(bars)
        for note in line([40 + 2 * (ord(letter) - ord("a")), 70 - ord(letter) % 7], start=bar * FOUR_FOUR.bar_ticks)
    ]
    return score_of(*notes, bars=lengths or len(bars))


def test_echo_names_the_bar_that_followed_when_its_context_comes_back() -> None:
    rows = rows_of(theme("abcdab", lengths=7))

    last = rows[[token for token, _ in rows].index(BAR) :][-2]

    assert last[0] == BAR
    assert last[1][position.ECHO] == len(position.ECHO_EDGES)
    assert last[1][position.NEXT_ONSETS + len(position.LAGS)] == 0


def test_echo_shows_what_the_theme_went_on_with() -> None:
    rows = rows_of(theme("abcdabc"))

    at_position = [row for token, row in rows if token == token_of(Kind.POSITION, 0)]

    assert pitches_of(at_position[6], len(position.LAGS)) == {40 + 2 * 2}


def test_nothing_echoes_where_nothing_came_back() -> None:
    assert set(at(rows_of(theme("abcdefg")), Kind.BAR, position.ECHO)) == {0}


def test_a_plan_decides_the_echo_where_it_names_one() -> None:
    score = theme("abcdef")
    now = PositionTracker(score.metre, score.bars, recalled=(None, None, None, None, 1))

    echoes = []
    for token in encode(score):
        now.read(token)
        if token == token_of(Kind.POSITION, 0):
            echoes.append((now.row[position.ECHO], pitches_of(bytes(now.row), len(position.LAGS))))

    assert echoes[4] == (len(position.ECHO_EDGES), {42})
    assert echoes[5] == (0, set())


def test_drums_are_onsets_without_pitches() -> None:
    strokes = [Note(bar * 96, 6, 38, 75, Part.DRUMS) for bar in (0, 4)]

    rows = rows_of(quantised(score_of(*strokes, bars=5)))

    assert at(rows, Kind.BAR, position.NEXT_ONSETS)[-1] == 0
    assert [pitches_of(row, 0) for _, row in rows] == [set()] * len(rows)


@steadily
@given(scores())
def test_rows_agree_with_the_score_whatever_it_holds(score: Score) -> None:
    fitted = quantised(score)
    bar_ticks = fitted.metre.bar_ticks
    struck: dict[int, set[int]] = {}
    for note in fitted.notes:
        struck.setdefault(note.start, set()).update([note.pitch] if note.part is not Part.DRUMS else [])

    bar = -1
    for token, row in rows_of(fitted):
        bar += token == BAR
        if EVENTS[token].kind is Kind.POSITION:
            for lag, bars_back in enumerate(position.LAGS):
                there = (bar - bars_back) * bar_ticks + EVENTS[token].value
                following = [start - there for start in struck if there < start < (bar - bars_back + 1) * bar_ticks]
                assert pitches_of(row, lag) == struck.get(there, set())
                assert row[position.NEXT_ONSETS + lag] == min(following, default=position.NO_ONSET)
