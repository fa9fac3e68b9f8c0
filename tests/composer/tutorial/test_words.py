"""The tutorial's words, read as it writes them."""

from __future__ import annotations

import pytest

from composer.tutorial.words import pitches_of


@pytest.mark.parametrize(
    ("word", "pitches"),
    [
        ("C4", (60,)),
        ("E-5", (75,)),
        ("F#2", (42,)),
        ("B--3", (57,)),
        ("C##4", (62,)),
        ("C-1", (23,)),
        ("C--1", (22,)),
        ("0.4.7", (60, 64, 67)),
        ("11", (71,)),
        ("7.11.2", (67, 71, 62)),
    ],
)
def test_a_word_is_a_note_or_a_chord_in_one_octave(word, pitches):
    assert pitches_of(word) == pitches


@pytest.mark.parametrize("word", ["", "H4", "C", "0.x"])
def test_another_word_is_none(word):
    with pytest.raises(ValueError, match="neither a note nor a chord"):
        pitches_of(word)
