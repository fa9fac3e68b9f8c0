"""The chords of a blues, by Steedman's rules."""

from __future__ import annotations

import numpy as np
import pytest

from composer.blues.chorus import Chorus, choruses
from composer.grammar.lots import Lots
from composer.music.score import Mode


def grown(seed: int, *, creativity: float = 0.5, mode: Mode = Mode.MAJOR, leads_on: bool = False):
    return Chorus(mode, 4, Lots(np.random.default_rng(seed), creativity)).grow(leads_on=leads_on)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("creativity", [0.0, 1.0])
def test_chords_fill_twelve_bars_without_a_gap(seed, creativity):
    chords = grown(seed, creativity=creativity)

    assert [chord.start for chord in chords] == [sum(c.beats for c in chords[:n]) for n in range(len(chords))]
    assert sum(chord.beats for chord in chords) == 48


@pytest.mark.parametrize("seed", range(20))
def test_the_frame_of_a_blues_is_always_there(seed):
    at = {chord.start // 4 + 1: chord.numeral for chord in grown(seed)}

    assert (at[1], at[5], at[11], at[12]) == ("I7", "IV7", "I7", "I7")
    assert {at[9], at[10]} & {"V7"}


def test_another_chorus_is_led_to_by_its_dominant():
    assert grown(1, leads_on=True)[-1].numeral == "V7"


def test_a_minor_blues_has_a_minor_tonic():
    assert grown(1, mode=Mode.MINOR)[0].numeral == "im7"


def test_every_chord_says_its_rules():
    assert all(chord.rules[0] == "0: S12 → I I7 IV I V7 I" for chord in grown(3, creativity=1.0))


@pytest.mark.parametrize(("bars", "expected"), [(4, (4, 0)), (24, (0, 2)), (28, (4, 2)), (35, (11, 2))])
def test_what_is_over_stands_before_the_first_chorus(bars, expected):
    assert choruses(bars) == expected
