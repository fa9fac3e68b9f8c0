"""Scores to test with: small ones by hand and random ones for Hypothesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st

from composer.music.score import Key, Metre, Mode, Note, Part, Score
from composer.tokens import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

C_MAJOR = Key(0, Mode.MAJOR)
FOUR_FOUR = Metre(4, 4)

steadily = settings(derandomize=True, database=None, deadline=None, max_examples=60)
"""The same examples in every run, in about a second."""


def line(
    pitches: Iterable[int], *, step: int = 24, start: int = 0, part: Part = Part.MELODY, velocity: int = 75
) -> tuple[Note, ...]:
    """Notes one after the other, each as long as its step."""
    return tuple(Note(start + index * step, step, pitch, velocity, part) for index, pitch in enumerate(pitches))


def score_of(*notes: Note, bars: int = 2, metre: Metre = FOUR_FOUR) -> Score:
    """A score in C major."""
    return Score(notes, metre, bars, C_MAJOR)


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """Any score that a MIDI file may hold: crossing parts, doubled notes, drums, odd durations, too many bars."""
    metre = draw(st.sampled_from(vocabulary.METRES))
    bars = draw(st.integers(1, 5))
    places = st.integers(0, (bars + 1) * metre.bar_ticks)
    pitches = st.one_of(st.integers(0, 127), st.sampled_from([36, 38, 60, 64]))
    notes = st.builds(Note, places, st.integers(1, 500), pitches, st.integers(1, 127), st.sampled_from(Part))
    return Score(tuple(draw(st.lists(notes, max_size=40))), metre, bars, C_MAJOR)
