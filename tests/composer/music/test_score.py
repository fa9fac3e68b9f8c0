from __future__ import annotations

from dataclasses import replace

import pytest

from composer.music.score import Key, KeyChange, Metre, Mode, Note, Part, Score, Tempo

C_MAJOR = Key(0, Mode.MAJOR)
FOUR_FOUR = Metre(4, 4)


def note(start: int = 0, pitch: int = 60, part: Part = Part.MELODY, duration: int = 24) -> Note:
    return Note(start, duration, pitch, 75, part)


def score_of(*notes: Note, bars: int = 2, tempos: tuple[Tempo, ...] = (Tempo(0, 120.0),)) -> Score:
    return Score(notes, FOUR_FOUR, bars, C_MAJOR, tempos)


@pytest.mark.parametrize(
    ("metre", "bar_ticks", "beat_ticks"),
    [
        (Metre(4, 4), 96, 24),
        (Metre(2, 2), 96, 48),
        (Metre(3, 8), 36, 12),
        (Metre(6, 8), 72, 36),
        (Metre(12, 16), 72, 18),
        (Metre(7, 8), 84, 12),
    ],
    ids=str,
)
def test_metre_knows_its_bar_and_its_felt_beat(metre: Metre, bar_ticks: int, beat_ticks: int) -> None:
    assert (metre.bar_ticks, metre.beat_ticks) == (bar_ticks, beat_ticks)


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 4), (4, 0), (4, 3), (4, 32)])
def test_metre_that_fills_no_whole_ticks_is_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match=f"{numerator}/{denominator}"):
        Metre(numerator, denominator)


@pytest.mark.parametrize("tonic", [-1, 12])
def test_tonic_outside_the_octave_is_refused(tonic: int) -> None:
    with pytest.raises(ValueError, match="0-11"):
        Key(tonic, Mode.MAJOR)


@pytest.mark.parametrize(("other", "semitones"), [(0, 0), (1, 1), (6, 6), (7, -5), (11, -1)])
def test_key_knows_the_shorter_way_to_another(other: int, semitones: int) -> None:
    wanted = Key(other, Mode.MAJOR)

    assert C_MAJOR.semitones_to(wanted) == semitones
    assert C_MAJOR.transposed(semitones) == wanted


def test_metre_and_key_read_as_people_say_them() -> None:
    assert str(Metre(6, 8)) == "6/8"
    assert str(Key(3, Mode.MINOR)) == "E flat minor"


@pytest.mark.parametrize(
    ("start", "duration", "pitch", "velocity"),
    [(-1, 24, 60, 75), (0, 0, 60, 75), (0, 24, 128, 75), (0, 24, -1, 75), (0, 24, 60, 0), (0, 24, 60, 128)],
)
def test_note_that_no_midi_file_can_hold_is_refused(start: int, duration: int, pitch: int, velocity: int) -> None:
    with pytest.raises(ValueError, match=r"needs|expected"):
        Note(start, duration, pitch, velocity, Part.MELODY)


@pytest.mark.parametrize("quarters", [0.0, -60.0, float("inf"), float("nan")])
def test_tempo_at_which_no_time_passes_is_refused(quarters: float) -> None:
    with pytest.raises(ValueError, match="tempo"):
        Tempo(0, quarters)


def test_score_orders_notes_by_time_then_part_then_from_high_to_low() -> None:
    low, high, left, late = note(pitch=60), note(pitch=64), note(pitch=72, part=Part.ACCOMPANIMENT), note(start=24)

    assert score_of(late, left, low, high).notes == (high, low, left, late)


@pytest.mark.parametrize(
    "tempos",
    [(), (Tempo(24, 90.0),), (Tempo(0, 90.0), Tempo(0, 80.0)), (Tempo(0, 90.0), Tempo(48, 80.0), Tempo(24, 70.0))],
)
def test_tempos_that_leave_the_beginning_open_or_run_backwards_are_refused(tempos: tuple[Tempo, ...]) -> None:
    with pytest.raises(ValueError, match="tempo"):
        score_of(tempos=tempos)


def test_score_without_a_bar_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one bar"):
        score_of(bars=0)


def test_two_bars_of_four_quarters_at_120_last_four_seconds() -> None:
    assert score_of().seconds == pytest.approx(4.0)


def test_seconds_follow_every_change_of_tempo() -> None:
    score = score_of(tempos=(Tempo(0, 120.0), Tempo(96, 60.0), Tempo(144, 30.0)))

    assert score.seconds_at(48) == pytest.approx(1.0)
    assert score.seconds_at(96) == pytest.approx(2.0)
    assert score.seconds_at(120) == pytest.approx(3.0)
    assert score.seconds == pytest.approx(2.0 + 2.0 + 4.0)


def test_transposition_moves_pitches_and_key_and_leaves_drums() -> None:
    score = score_of(note(pitch=60), note(pitch=38, part=Part.DRUMS))

    moved = score.transposed(-3)

    assert [(n.pitch, n.part) for n in moved.notes] == [(57, Part.MELODY), (38, Part.DRUMS)]
    assert moved.key == Key(9, Mode.MAJOR)
    assert moved.transposed(3) == score


def test_key_holds_until_it_changes() -> None:
    score = replace(score_of(bars=3), key_changes=(KeyChange(96, Key(7, Mode.MAJOR)), KeyChange(192, C_MAJOR)))

    assert [score.key_at(tick).tonic for tick in (0, 95, 96, 191, 192, 500)] == [0, 0, 7, 7, 0, 0]
    assert [change.key.tonic for change in score.transposed(-2).key_changes] == [5, 10]


@pytest.mark.parametrize("starts", [(0,), (192, 96), (96, 96), (95,)])
def test_key_that_changes_off_the_bar_or_out_of_order_is_refused(starts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="key"):
        replace(score_of(bars=3), key_changes=tuple(KeyChange(start, C_MAJOR) for start in starts))


def test_transposition_beyond_the_last_pitch_is_refused() -> None:
    with pytest.raises(ValueError, match="pitch"):
        score_of(note(pitch=127)).transposed(1)


def test_time_is_counted_from_the_upbeat():
    score = Score((), Metre(4, 4), 2, C_MAJOR, (Tempo(0, 120.0), Tempo(96, 60.0)), opening=72)

    assert score.seconds == pytest.approx(0.5 + 4)
    assert [score.seconds_at(tick) for tick in (0, 72, 84)] == pytest.approx([0, 0, 0.25])


@pytest.mark.parametrize("opening", [-6, 96, 5])
def test_upbeat_begins_on_a_sixteenth_of_the_first_bar(opening):
    with pytest.raises(ValueError, match="upbeat"):
        replace(score_of(), opening=opening)


def test_nothing_sounds_before_the_upbeat():
    with pytest.raises(ValueError, match="before the upbeat"):
        replace(score_of(note()), opening=72)
