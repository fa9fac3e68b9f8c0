"""What the chip makes of a score."""

from __future__ import annotations

import numpy as np
import pytest

from composer.audio.loudness import integrated_loudness
from composer.audio.mastering import master
from composer.audio.samples import SAMPLE_RATE, frames_in
from composer.chip.playing import play
from composer.engine import Cancelled
from composer.music.score import Note, Part
from tests.composer.pieces import line, score_of

TUNE = line([60, 64, 67, 72, 67, 64, 60])


def test_sound_is_as_long_as_asked_and_as_loud_as_any_other():
    samples = play(score_of(*TUNE, *line([36, 43] * 3, part=Part.BASS)), seconds=4.5)
    ready = master(samples, seconds=4.5)[:].astype(np.float32) / np.float32(32767)

    assert samples.shape == (frames_in(4.5), 2)
    assert integrated_loudness(ready) == pytest.approx(-16, abs=0.5)


def test_the_same_score_sounds_alike():
    score = score_of(*TUNE, *line([36, 38, 42, 49], part=Part.DRUMS))

    assert np.array_equal(play(score, seconds=4), play(score, seconds=4))


def test_a_chord_is_one_voice_that_takes_turns():
    chord = [Note(0, 96, pitch, 75, Part.ACCOMPANIMENT) for pitch in (60, 64, 67)]
    one, three = (play(score_of(*notes), seconds=2).std() for notes in (chord[:1], chord))

    assert three < one  # three voices at once would be louder, and turns have the narrow pulse, which is softer


def test_a_kick_takes_the_triangle_for_a_moment_and_gives_it_back():
    bass = Note(0, 48, 40, 75, Part.BASS)
    plain, struck = (play(score_of(bass, *strokes), seconds=2) for strokes in ((), (Note(0, 6, 36, 100, Part.DRUMS),)))
    later = slice(SAMPLE_RATE // 2, SAMPLE_RATE * 9 // 10)

    assert np.abs(struck - plain)[: SAMPLE_RATE // 20].max() > 0.1
    assert np.abs(np.fft.rfft(struck[later, 0])) == pytest.approx(np.abs(np.fft.rfft(plain[later, 0])), abs=30)


@pytest.mark.parametrize("key", [27, 36, 38, 42, 45, 46, 49, 51, 81])
def test_every_drum_is_heard_and_dies_away(key):
    samples = np.abs(play(score_of(Note(0, 6, key, 90, Part.DRUMS)), seconds=4))

    assert samples[: SAMPLE_RATE // 100].max() > 0.02
    assert samples[3 * SAMPLE_RATE :].max() == 0


def test_what_the_check_raises_ends_the_playing():
    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        play(score_of(*TUNE), seconds=4, check=check)
