"""How many notes are heard rightly."""

from __future__ import annotations

from composer.listening.timed_note import TimedNote
from tests.training.corpora import small_dataset
from training.transcription.accuracy import Accuracy, mean_of, measure_accuracy, measure_pieces

PLAYED = [TimedNote(second, second + 0.5, 60 + second, 80) for second in range(4)]


def test_note_counts_within_50_ms_at_its_pitch_and_once():
    heard = [
        TimedNote(0.04, 0.1, 60, 80),
        TimedNote(0.04, 0.3, 60, 80),
        TimedNote(1.06, 1.5, 61, 80),
        TimedNote(2.0, 2.5, 74, 80),
    ]

    assert measure_accuracy(PLAYED, heard) == Accuracy(0.25, 0.25, 0.25)
    assert measure_accuracy(PLAYED, PLAYED) == Accuracy(1, 1, 1)
    assert measure_accuracy(PLAYED, []) == Accuracy(0, 0, 0)


def test_mean_is_that_of_each_figure():
    assert mean_of([Accuracy(1, 0, 0), Accuracy(0, 0, 0.5)]) == Accuracy(0.5, 0, 0.25)


def test_pieces_of_a_corpus_are_played_and_heard(tmp_path):
    data = small_dataset(tmp_path)

    ((name, accuracy),) = measure_pieces(data, split="test", pieces=3, seed=1)

    assert name == "polish-scores-piano/d.mid"
    assert accuracy.f1 > 0.7
