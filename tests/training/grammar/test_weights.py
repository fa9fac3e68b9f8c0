"""From the numerals of phrases to the weights of rules."""

from __future__ import annotations

import pytest

from composer.music.score import Mode
from training.grammar.weights import fit_weights

MAJOR = Mode.MAJOR


def test_chords_are_counted_in_their_regions():
    found = fit_weights([(MAJOR, ("I", "IV", "V", "I")), (MAJOR, ("I", "ii", "V", "I"))])["major"]

    assert found["chords"] == {"D": {"V": 1.0}, "S": {"IV": 0.5, "ii": 0.5}, "T": {"I": 1.0}}


def test_a_dominant_of_its_own_counts_for_the_chord_after_it():
    found = fit_weights([(MAJOR, ("I", "V7/V", "V", "I")), (MAJOR, ("I", "V", "I"))])["major"]

    assert found["applied"] == {"V": 0.5}


def test_phrases_that_only_prepare_dominants_give_that_rule_all_the_weight():
    rules = fit_weights([(MAJOR, ("I", "V", "I"))] * 5)["major"]["rules"]["T"]

    assert rules["D T"] + rules["T T"] == pytest.approx(1, abs=0.01)
    assert rules["S T"] == pytest.approx(0, abs=0.01)


def test_a_subdominant_before_a_dominant_is_taken_to_prepare_it():
    phrases = [(MAJOR, ("I", "IV", "V"))] * 3 + [(MAJOR, ("I", "IV", "V", "I"))] * 3

    assert fit_weights(phrases)["major"]["rules"]["D"]["S D"] > 0.9


def test_weights_of_a_region_are_shares():
    for own in fit_weights([(MAJOR, ("I", "vi", "IV", "V", "I"))])["major"]["rules"].values():
        assert sum(own.values()) == pytest.approx(1, abs=0.001)
