"""Notes in time, written down."""

from __future__ import annotations

import pytest

from composer.listening.quantising import write_score
from composer.listening.timed_note import TimedNote
from composer.music.score import Key, Metre, Mode, Part
from tests.composer.listening.played import JIG, ODE, WALTZ, places, play

WRITTEN = [(start, pitch) for start, _, pitch in ODE]


@pytest.mark.parametrize("beats_per_minute", [72, 100, 126])
@pytest.mark.parametrize(("rubato", "looseness"), [(0, 0), (0.1, 0.015)])
def test_tune_is_written_as_it_was_meant_however_it_is_played(beats_per_minute, rubato, looseness):
    score, style = write_score(play(ODE, beats_per_minute=beats_per_minute, rubato=rubato, looseness=looseness))

    assert places(score) == WRITTEN
    assert (score.metre, score.key, style) == (Metre(4, 4), Key(0, Mode.MAJOR), "song")
    assert {note.part for note in score.notes} == {Part.MELODY}
    assert score.notes[0].start % score.metre.bar_ticks == 0


def test_tempo_follows_the_player():
    score, _ = write_score(play(ODE, beats_per_minute=100, rubato=0.12))

    assert min(tempo.quarters_per_minute for tempo in score.tempos) == pytest.approx(100 / 1.12, rel=0.06)
    assert max(tempo.quarters_per_minute for tempo in score.tempos) == pytest.approx(100 / 0.88, rel=0.06)
    assert score.seconds == pytest.approx(32 * 0.6, rel=0.03)


@pytest.mark.parametrize("beats_per_minute", [90, 120, 170])
def test_waltz_is_in_three_and_for_two_hands(beats_per_minute):
    score, style = write_score(play(WALTZ, beats_per_minute=beats_per_minute, rubato=0.05, looseness=0.01))

    assert (score.metre, score.bars, style) == (Metre(3, 4), 8, "piano")
    assert {note.part for note in score.notes} == {Part.MELODY, Part.ACCOMPANIMENT}
    assert all(note.start % score.metre.bar_ticks == 0 for note in score.notes if note.pitch < 50)


def test_jig_is_in_six_eighths():
    score, _ = write_score(play(JIG, beats_per_minute=150, looseness=0.01))

    assert score.metre == Metre(6, 8)
    assert places(score) == [(start, pitch) for start, _, pitch in JIG]


def test_upbeat_stands_before_the_first_bar_line():
    waltz = [(0, 1, 79), *((start + 1, length, pitch) for start, length, pitch in WALTZ)]

    score, _ = write_score(play(waltz, beats_per_minute=120))

    assert score.metre == Metre(3, 4)
    assert score.notes[0].start == 2 * 24


def test_breath_between_notes_is_no_rest_but_a_pause_is_one():
    tune = [(0, 0.8, 60), (1, 0.8, 62), (2, 1, 64), (5, 0.8, 62), (6, 0.8, 64), (7, 1, 60)] * 1

    score, _ = write_score(play(tune, beats_per_minute=100))

    assert [note.duration for note in score.notes] == [24, 24, 24, 24, 24, 24]


def test_one_note_is_a_score():
    score, style = write_score([TimedNote(1.0, 2.0, 60, 80)])

    assert [note.pitch for note in score.notes] == [60]
    assert (score.bars, style) == (1, "song")
