from __future__ import annotations

import numpy as np
import pytest

from composer.music.score import Key, Metre, Mode, Note, Part, Score
from training.comparison.habits import count_habits


def score(*notes: tuple[int, int, Part], bars: int = 4) -> Score:
    """Quarters at (tick, pitch) of a part, in 4/4 and C major."""
    made = tuple(Note(tick, 24, pitch, 80, part) for tick, pitch, part in sorted(notes))
    return Score(made, Metre(4, 4), bars, Key(0, Mode.MAJOR))


def tune(*pitches: int, start: int = 0) -> list[tuple[int, int, Part]]:
    return [(start + 24 * at, pitch, Part.MELODY) for at, pitch in enumerate(pitches)]


def test_bar_that_comes_again_higher_is_told_from_one_that_comes_again() -> None:
    found = count_habits(score(*tune(60, 64, 67, 64, 60, 64, 67, 64, 62, 66, 69, 66)))

    assert found["return of a bar"] == pytest.approx(1 / 3)
    assert found["return of a bar moved"] == pytest.approx(1 / 3)
    assert found["return after 1 bars"] == pytest.approx(0.5)
    assert found["return of rhythm after 1 bars"] == 1.0


def test_figure_is_found_at_another_pitch() -> None:
    rising = (60, 62, 64, 65, 67, 69)
    found = count_habits(score(*tune(*rising, *(pitch + 5 for pitch in rising))))

    assert found["figure at another pitch"] > 0
    assert found["figure again"] == 0


def test_semitone_that_is_struck_together_clashes_in_any_octave() -> None:
    clean = score((0, 60, Part.MELODY), (0, 64, Part.ACCOMPANIMENT), (24, 60, Part.MELODY))
    rough = score((0, 60, Part.MELODY), (0, 73, Part.ACCOMPANIMENT), (24, 60, Part.MELODY))

    assert [count_habits(one)["onset clash"] for one in (clean, rough)] == [0, 0.5]


def test_drummer_who_keeps_a_bar_is_told_from_one_who_does_not() -> None:
    kept = [(96 * bar + 24 * beat, key, Part.DRUMS) for bar in range(4) for beat, key in enumerate((36, 38, 36, 38))]
    found = count_habits(score((0, 60, Part.MELODY), *kept))

    assert found["drums after 1 bars"] == 1.0
    assert found["drums commonest bar"] == 1.0
    assert found["drums backbeat"] == 1.0
    assert found["drums kick on one"] == 1.0
    assert found["drums keys"] == 2


def test_each_habit_is_a_finite_number_for_the_shortest_piece_too() -> None:
    found = count_habits(score((0, 60, Part.MELODY)))

    assert len(found) > 90
    assert all(np.isfinite(value) for value in found.values())
