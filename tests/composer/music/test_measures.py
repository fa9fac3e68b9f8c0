from __future__ import annotations

import pytest

from composer.music.measures import measure
from composer.music.score import Key, Metre, Mode, Note, Part, Score

C_MAJOR = Key(0, Mode.MAJOR)


def score_of(pitches: list[int], *, bars: int, step: int = 24) -> Score:
    notes = tuple(Note(index * step, step, pitch, 70, Part.MELODY) for index, pitch in enumerate(pitches))
    return Score(notes, Metre(4, 4), bars, C_MAJOR)


SCALE = [60, 62, 64, 65, 67, 69, 71, 72]


def test_a_scale_lies_in_its_key():
    measures = measure(score_of(SCALE, bars=2))

    assert measures["in_scale"] == 1
    assert measures["melody_step"] == pytest.approx(12 / 7)
    assert measures["density"] == 1
    assert measures["polyphony"] == 1
    assert measures["empty_bars"] == 0


def test_chromatic_notes_lie_outside():
    assert measure(score_of([60, 61, 62, 63], bars=1))["in_scale"] == pytest.approx(0.5)


def test_a_loop_shows():
    loop, tune = measure(score_of([60] * 32, bars=8)), measure(score_of(SCALE * 4, bars=8))

    assert (loop["longest_run"], tune["longest_run"]) == (32, 1)
    assert (loop["immediate_repeats"], tune["immediate_repeats"]) == (1, 0)
    assert loop["pitch_entropy"] == 0


def test_a_phrase_that_comes_back_shows():
    phrase = [*SCALE, 67, 65, 64, 62, 60, 59, 57, 55]

    assert measure(score_of(phrase * 2, bars=8))["returns"] == 1


def test_a_phrase_that_explains_the_piece_shows():
    wandering = [60 + 7 * at % 12 for at in range(32)]

    assert measure(score_of(wandering, bars=8))["structure_middle"] < 0.1
    assert measure(score_of(wandering[:16] * 2, bars=8))["structure_middle"] == pytest.approx(0.5)


def test_a_figure_that_was_heard_before_shows():
    assert measure(score_of(SCALE, bars=2))["repeated_figures"] == 0
    assert measure(score_of(SCALE * 2, bars=4))["repeated_figures"] == pytest.approx(5 / 13)


def test_an_empty_bar_shows():
    assert measure(score_of(SCALE, bars=4))["empty_bars"] == 0.5


def test_drums_alone_have_no_measures():
    score = Score((Note(0, 6, 36, 70, Part.DRUMS),), Metre(4, 4), 1, C_MAJOR)

    with pytest.raises(ValueError, match="pitched"):
        measure(score)


def test_a_semitone_that_is_struck_shows():
    def clashes(*notes: tuple[int, int, int]) -> float:
        struck = tuple(Note(start, ticks, pitch, 70, Part.MELODY) for start, ticks, pitch in notes)
        return measure(Score(struck, Metre(4, 4), 1, C_MAJOR))["clashes"]

    assert clashes((0, 24, 60), (24, 24, 61)) == 0
    assert clashes((0, 48, 60), (24, 24, 61)) == 0.5
    assert clashes((0, 48, 60), (24, 24, 73)) == 0.5
    assert clashes((0, 48, 60), (24, 24, 71)) == 0


def test_a_drummer_who_keeps_a_pattern_shows():
    def drum_returns(*bars: tuple[int, ...]) -> float:
        strokes = tuple(
            Note(bar * 96 + beat * 24, 6, key, 70, Part.DRUMS)
            for bar, keys in enumerate(bars)
            for beat, key in enumerate(keys)
        )
        tune = Note(0, 24, 60, 70, Part.MELODY)
        return measure(Score((tune, *strokes), Metre(4, 4), max(1, len(bars)), C_MAJOR))["drum_returns"]

    assert drum_returns((36, 38, 36, 38), (36, 38, 36, 38)) == 1
    assert drum_returns((36, 38), (36, 42)) == pytest.approx(1 / 3)
    assert drum_returns() == 0


def test_a_figure_that_goes_on_shows():
    waltz = [[0, 24, 48], [0, 24, 48], [0, 24, 48], [0, 36]]
    notes = tuple(
        Note(bar * 72 + at, 12, 60 + bar, 70, Part.MELODY) for bar, places in enumerate(waltz) for at in places
    )

    assert measure(Score(notes, Metre(3, 4), 4, C_MAJOR))["same_rhythm"] == 3
