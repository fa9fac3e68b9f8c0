"""Recordings that somebody wants to be carried on."""

from __future__ import annotations

import random
from contextlib import suppress
from functools import cache

import numpy as np
import pytest

from composer.errors import RequestError
from composer.listening import recording
from composer.listening.melody import RATE
from composer.music.score import Part
from composer.reading import limits
from composer.reading.understanding import understand
from tests.composer.listening.played import ODE, places, play
from tests.composer.listening.sounds import record
from training.transcription.singer import Badness, sing

SUNG = ODE[:15]


@cache
def voice_message():
    """Four bars, sung as a bad amateur does."""
    samples, _ = sing(play(SUNG, beats_per_minute=96), Badness(), seed=1)
    return record(samples, rate=RATE, kind="voice message")


def test_hummed_tune_is_understood_in_a_process_with_limits():
    given = limits.read_given(voice_message())

    assert given.style == "song"
    assert {note.part for note in given.score.notes} == {Part.MELODY}
    assert places(given.score) == [(start, pitch) for start, _, pitch in SUNG]
    (tempo,) = given.score.tempos
    assert tempo.quarters_per_minute == pytest.approx(96, rel=0.05)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (record(np.ones(61 * 8000), rate=8000), "recording_long"),
        (record(np.zeros(8000), rate=8000), "recording_silent"),
        (record(np.sin(np.arange(8000) / 3), rate=8000), "recording_short"),
        (b"OggS" + bytes(100), "recording_unreadable"),
    ],
)
def test_recording_that_cannot_be_carried_on_is_refused_by_its_fault(data, reason):
    with pytest.raises(RequestError) as refused:
        understand(data)

    assert refused.value.reason == reason


def test_recording_that_is_too_large_is_not_even_handed_on():
    with pytest.raises(RequestError, match="more than 10 MB"):
        limits.read_given(record(np.ones(8000), rate=8000) + bytes(10_000_000))


def test_damaged_recordings_are_understood_or_refused():
    draw = random.Random(2)
    for _ in range(4):
        data = bytearray(voice_message())
        for _ in range(draw.randint(1, 40)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        with suppress(RequestError):
            assert understand(bytes(data)).score.notes


def test_without_the_extra_a_sentence_says_so_and_notes_are_read_all_the_same(monkeypatch):
    monkeypatch.setattr(recording, "find_spec", lambda _: None)

    with pytest.raises(RequestError, match="recordings cannot be heard here"):
        limits.read_given(voice_message())
    with pytest.raises(RequestError) as refused:
        understand(b"MThd")
    assert not refused.value.reason.startswith("recording_")
