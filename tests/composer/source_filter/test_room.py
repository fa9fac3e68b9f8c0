"""Places, reverberation, and the rate of all other sound."""

from __future__ import annotations

import numpy as np
import pytest

from composer.audio.samples import SAMPLE_RATE
from composer.source_filter.excitation import RATE
from composer.source_filter.resampling import raise_rate
from composer.source_filter.room import place_strands


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE).astype(np.float32)


@pytest.mark.parametrize(("pan", "louder"), [(0, 0), (127, 1)])
def test_a_strand_stands_where_its_pan_says(pan: int, louder: int) -> None:
    sound = place_strands([(tone(440), pan, 0)], RATE)

    assert np.abs(sound[:, louder]).max() > 1
    assert np.abs(sound[:, 1 - louder]).max() < 1e-3


def test_a_strand_in_the_middle_is_as_loud_as_it_was() -> None:
    sound = place_strands([(tone(440), 64, 0)], RATE)

    assert np.allclose(sound, tone(440)[:, None], atol=0.02)


def test_the_room_answers_17_db_below_and_dies_away() -> None:
    click = np.zeros(3 * RATE, np.float32)
    click[0] = 1

    answer = place_strands([(click, 64, 40)], len(click))
    answer[0] = 0

    assert 10 * np.log10(np.sum(np.square(answer), axis=0)) == pytest.approx(-17, abs=0.2)
    assert np.abs(answer[2 * RATE :]).max() < 1e-5
    assert abs(float(np.sum(answer[:, 0] * answer[:, 1]) / np.sum(np.square(answer[:, 0])))) < 0.2


@pytest.mark.parametrize("hertz", [60, 440, 6000])
def test_a_tone_keeps_pitch_and_loudness_at_the_higher_rate(hertz: float) -> None:
    sound = np.concatenate(list(raise_rate(tone(hertz, 12.3)[:, None])))

    assert len(sound) == round(12.3 * SAMPLE_RATE)
    wanted = np.sin(2 * np.pi * hertz * np.arange(len(sound)) / SAMPLE_RATE)
    inner = slice(SAMPLE_RATE // 10, -SAMPLE_RATE // 10)
    assert np.allclose(sound[inner, 0], wanted[inner], atol=2e-3)
