"""A pianist plays with people's dynamics, touch, tempo and pedal, and the score stays as it is."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from composer.music.score import Key, Metre, Mode, Note, Part, Score, Tempo
from composer.performance.arrangement import arrange
from composer.performance.expression import perform
from composer.performance.footwork import plain_pedalling, played_pedalling
from composer.performance.instruments import PIANO, find
from composer.performance.keyboard import breathe, is_piano, pianist_times
from composer.performance.midi import read, write
from composer.performance.midi_events import PULSES
from composer.performance.passage import local_means, seconds_of
from composer.performance.pedal import pedalled
from composer.performance.pianist import load_pianist, normal_ranks

MILLISECONDS = 60_000 / 100 / 480
"""Of a MIDI tick at a hundred quarters a minute."""


@pytest.fixture(scope="module")
def score() -> Score:
    """Forty bars of chords over a moving bass, with an upbeat."""
    rng = np.random.default_rng(5)
    notes = [Note(72, 24, 72, 70, Part.MELODY)]
    for start in range(96, 40 * 96, 24):
        top = 72 + int(rng.integers(0, 12))
        length = int(rng.choice([12, 24, 36]))
        notes += [Note(start, length, top - below, 70, Part.MELODY) for below in (0, 4)]
        notes.append(Note(start, 24 if start % 96 else 96, 40 + int(rng.integers(0, 12)), 70, Part.ACCOMPANIMENT))
    return Score(tuple(notes), Metre(4, 4), 40, Key(0, Mode.MAJOR), (Tempo(0, 100.0),), opening=72)


def test_notes_stay_as_they_are_written_and_are_read_back_so(score: Score) -> None:
    played = perform(score, by_pianist=True)

    again, _ = read(write(played, instrument=PIANO, title="", settings={}, played=True))

    written = [(note.start, note.duration, note.pitch, note.part) for note in score.notes]
    assert [(note.start, note.duration, note.pitch, note.part) for note in played.notes] == written
    assert sorted(again.notes) == sorted(note for track in arrange(played, PIANO).tracks for note in track.notes)


def test_a_long_note_that_is_held_briefly_is_read_back_as_long(rng: np.random.Generator) -> None:
    notes = [Note(bar * 144, 144, int(rng.integers(40, 80)), 70, Part(bar % 2)) for bar in range(60)]
    slow = Score(tuple(notes), Metre(3, 2), 60, Key(0, Mode.MAJOR), (Tempo(0, 40.0),))

    again, _ = read(write(slow, instrument=PIANO, title="", settings={}, played=True))

    assert again.notes == slow.notes


def test_a_tempo_that_follows_the_music_takes_as_long_as_a_steady_one(score: Score) -> None:
    played = perform(score, by_pianist=True)

    beats = np.diff(seconds_of(played, np.arange(96, 38 * 96, 24)))
    assert played.seconds == pytest.approx(score.seconds, abs=1e-9)
    assert played.tempos[0] == score.tempos[0]
    assert 0.04 < np.median(np.abs(np.diff(np.log(beats)))) < 0.15


def test_a_drummer_keeps_the_time(score: Score, rng: np.random.Generator) -> None:
    drummed = Score((*score.notes, Note(96, 6, 36, 90, Part.DRUMS)), score.metre, score.bars, score.key, opening=72)

    assert breathe(drummed, rng) == drummed


def test_dynamics_of_a_flat_score_vary_as_people_vary_them(score: Score) -> None:
    played = perform(score, by_pianist=True)

    velocities = np.array([note.velocity for note in played.notes])
    tops = {note.start: note.velocity for note in played.notes if note.part is Part.MELODY and note.pitch >= 72}
    basses = {note.start: note.velocity for note in played.notes if note.part is Part.ACCOMPANIMENT}
    line = np.array(list(tops.values()))
    assert 9 < velocities.std() < 18
    assert np.mean([tops[start] - basses[start] for start in basses if start in tops]) > 2
    assert np.corrcoef(line[1:], line[:-1])[0, 1] > 0.3


def test_notes_of_a_chord_are_some_ten_milliseconds_apart_and_none_leaves_its_tick(score: Score) -> None:
    tracks = arrange(score, PIANO).tracks
    times = pianist_times(tracks, score, np.random.default_rng(1))

    downs: dict[int, list[int]] = {}
    for track, own in zip(tracks, times, strict=True):
        for note, (down, up) in zip(track.notes, own, strict=True):
            assert score.opening * PULSES <= down < up <= score.ticks * PULSES
            assert abs(down - note.start * PULSES) < PULSES / 2
            downs.setdefault(note.start, []).append(down)
    spreads = [(max(own) - min(own)) * MILLISECONDS for own in downs.values() if len(own) > 1]
    assert 5 < np.median(spreads) < 25


def test_keys_are_not_all_held_for_as_long_as_written(score: Score) -> None:
    tracks = arrange(score, PIANO).tracks
    times = pianist_times(tracks, score, np.random.default_rng(1))

    shares = [
        (up - down) / (note.duration * PULSES)
        for track, own in zip(tracks, times, strict=True)
        for note, (down, up) in zip(track.notes, own, strict=True)
    ]
    assert 0.2 < np.subtract(*np.percentile(shares, [75, 25])) < 0.8
    assert 0.6 < np.median(shares) < 1.1


def test_the_foot_follows_the_harmony_later_than_at_once(score: Score) -> None:
    spans = pedalled(score.notes, metre=score.metre, ticks=score.ticks)

    feet = played_pedalling(spans, score, np.random.default_rng(2))

    plain = plain_pedalling(spans)
    assert len(feet) > len(plain) * 0.9
    assert all(0 <= down < up <= score.ticks * PULSES for down, up in feet)
    assert all(before[1] < after[0] for before, after in pairwise(feet))
    assert np.mean([down for down, _ in feet]) > np.mean([down for down, _ in plain[: len(feet)]])


def test_equal_pieces_are_played_alike(score: Score) -> None:
    ones, others = (write(perform(score, by_pianist=True), instrument=PIANO, title="", settings={}) for _ in range(2))

    assert ones == others


@pytest.mark.parametrize(("name", "plays"), [("piano", True), ("harpsichord", False), ("quartet", False)])
def test_a_pianist_plays_the_piano_alone(name: str, *, plays: bool) -> None:
    assert is_piano(find(name)) is plays


def test_fluctuations_have_the_deviation_and_the_memory_that_was_learned() -> None:
    habit = load_pianist().habits["velocity"]
    chords = np.arange(20_000)

    course = habit.fluctuation.draw(chords, np.zeros_like(chords), np.random.default_rng(3))

    assert course.std() == pytest.approx(1, abs=0.1)
    assert np.corrcoef(course[1:], course[:-1])[0, 1] > 0.5


def test_ranks_are_those_of_a_normal_distribution() -> None:
    ranks = normal_ranks(np.array([-1.959964, 0.0, 1.0, 1.959964]))

    assert ranks == pytest.approx([0.025, 0.5, 0.841345, 0.975], abs=3e-4)


def test_the_dynamics_around_a_note_are_those_of_some_seconds() -> None:
    means = local_means(np.array([10.0, 30.0, 50.0]), np.array([0.0, 3.0, 20.0]))

    assert list(means) == [20, 20, 50]
