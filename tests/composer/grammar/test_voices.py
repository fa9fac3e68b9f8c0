"""Voicings keep to their ranges and double nothing that may not be doubled; paths are the cheapest."""

from __future__ import annotations

import numpy as np
import pytest

from composer.grammar.chords import chord_of
from composer.grammar.lots import Lots
from composer.grammar.voices import FORBIDDEN, Ranges, Wanted, lead, voicings
from composer.music.score import Key, Mode

C, A = Key(0, Mode.MAJOR), Key(9, Mode.MINOR)
SINGERS = Ranges((40, 48, 55, 60), (60, 67, 74, 79))


def led(*symbols: str, key: Key = C, seed: int = 0):
    wanted = [Wanted(chord_of(symbol, key), 69.0) for symbol in symbols]
    return lead(wanted, SINGERS, Lots(np.random.default_rng(seed), 0.5))


@pytest.mark.parametrize("symbol", ["I", "V7", "vii°", "ii7", "V7/V"])
def test_voicings_lie_in_their_ranges_and_in_order(symbol):
    rows, costs = voicings(chord_of(symbol, C), SINGERS)

    assert len(rows) == len(costs) > 10
    assert (rows >= SINGERS.lowest).all()
    assert (rows <= SINGERS.highest).all()
    assert (np.diff(rows, axis=1) >= 0).all()


def test_leading_notes_and_sevenths_are_not_doubled():
    rows, _ = voicings(chord_of("V7", C), SINGERS)

    assert ((rows % 12 == 11).sum(axis=1) == 1).all()
    assert ((rows % 12 == 5).sum(axis=1) == 1).all()


@pytest.mark.parametrize("seed", range(10))
def test_the_seventh_falls_and_the_leading_note_rises(seed):
    (before, after), cost = led("V7", "I", seed=seed)

    assert cost < FORBIDDEN
    assert all(new == old + 1 for old, new in zip(before, after, strict=True) if old % 12 == 11)
    assert all(new in {old - 1, old - 2, old} for old, new in zip(before, after, strict=True) if old % 12 == 5)


def test_numerals_have_the_figures_of_their_bass():
    assert chord_of("V7", C).figured(11) == "V65"
    assert chord_of("V7/V", C).figured(0) == "V42/V"
    assert chord_of("i", A).figured(0) == "i6"
    assert chord_of("I64", C).figured(7) == "I64"


def test_a_model_is_followed_where_the_rules_let_it():
    wanted = [Wanted(chord_of(symbol, C), 69.0) for symbol in ("I", "IV", "V", "I")]
    first, _ = lead(wanted, SINGERS, Lots(np.random.default_rng(1), 0.5))

    again, _ = lead(wanted, SINGERS, Lots(np.random.default_rng(2), 0.5), model=first)

    assert again == first
