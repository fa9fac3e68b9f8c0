"""What is counted of the notes that are heard, and what a click is."""

from __future__ import annotations

import numpy as np
import pytest

from composer.source_filter.excitation import RATE
from training.sound.figures import HeardNotes, count_right, largest_jump


def test_a_note_is_right_within_50_ms_at_its_pitch_once() -> None:
    played = [(0.0, 60), (1.0, 60), (1.0, 64)]

    assert count_right(played, [(0.04, 60), (0.03, 60), (1.06, 60), (1.0, 65)]) == HeardNotes(3, 4, 1)
    assert count_right(played, played).f1 == 1
    assert count_right(played, []).f1 == 0


def test_a_click_is_a_jump_above_the_loudness_around_it() -> None:
    sound = np.sin(2 * np.pi * 220 * np.arange(RATE) / RATE).astype(np.float32)
    clicked = sound.copy()
    clicked[RATE // 2 :] += 1

    places = np.array([RATE // 2])

    assert largest_jump(sound, places) == pytest.approx(0.12, abs=0.02)
    assert largest_jump(clicked, places) > 0.8
