"""Notes of one player, for two hands."""

from __future__ import annotations

from composer.notation.hands import part_hands
from tests.composer.tunes import note


def test_bass_and_chord_are_for_different_hands():
    right, left = part_hands([note(0, 24, 72), note(0, 24, 67), note(0, 24, 64), note(0, 24, 36)])

    assert [own.pitch for own in left] == [36]
    assert [own.pitch for own in right] == [72, 67, 64]


def test_nobody_plays_nothing():
    assert part_hands([]) == ([], [])


def test_place_where_hands_divide_follows_the_music():
    notes = [note(24 * beat, 24, pitch) for beat in range(8) for pitch in (66, 62, 58, 50)]

    right, left = part_hands(notes)

    assert {own.pitch for own in left} == {58, 50} or {own.pitch for own in left} == {50}
    assert max(own.pitch for own in right) == 66
