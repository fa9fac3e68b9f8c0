"""One voice, however badly it sings."""

from __future__ import annotations

import numpy as np
import pytest

from composer.listening.melody import RATE, find_pitches, hear_melody
from composer.listening.quantising import write_score
from composer.music.score import Key, Metre, Mode, Part
from tests.composer.listening.played import ODE, in_a_row, places, play
from training.transcription.accuracy import measure_accuracy
from training.transcription.singer import Badness, sing

SHEPHERD = in_a_row("57 1 60 .5 62 1 64 .5 65 .75 64 .25 62 1 59 .5 55 1 57 .5 59 .5 60 1 57 .5 57 1 56 .5 57 1 59 1.5")
"""A tune in A minor and 6/8, with a raised seventh."""


@pytest.mark.parametrize(
    ("tune", "badness"),
    [
        (SHEPHERD, Badness()),
        (ODE[:15], Badness(legato=1, glide=0.14)),
        (ODE[:15], Badness(noise=-12, rubato=0.15)),
        (SHEPHERD, Badness(vibrato=0.7, drift=0.6)),
    ],
    ids=["bad", "gliding", "in noise", "wide vibrato"],
)
def test_notes_that_were_meant_are_heard(tune, badness):
    samples, meant = sing(play(tune, beats_per_minute=84), badness, seed=3)

    assert measure_accuracy(meant, hear_melody(samples)).f1 >= 0.85


def test_sung_tune_is_written_down():
    samples, _ = sing(play(ODE, beats_per_minute=96), Badness(), seed=1)

    score, style = write_score(hear_melody(samples))

    assert (score.metre, score.key, style) == (Metre(4, 4), Key(0, Mode.MAJOR), "song")
    assert places(score) == [(start, pitch) for start, _, pitch in ODE]
    assert {note.part for note in score.notes} == {Part.MELODY}


def test_voice_between_the_keys_that_sinks_is_followed():
    meant = np.array([60, 62, 64, 65, 67, 65, 64, 62, 60, 64, 67, 72, 67, 64, 60])
    starts = np.arange(len(meant)) * 0.5
    sunk = meant + 0.3 - starts / starts[-1]

    assert find_pitches(sunk, np.stack([starts, starts + 0.4], axis=1)) == meant.tolist()


def test_silence_and_noise_are_no_melody():
    noise = np.random.default_rng(1).normal(0, 0.1, 2 * RATE).astype(np.float32)

    assert hear_melody(np.zeros(RATE, np.float32)) == []
    assert len(hear_melody(noise)) <= 1
