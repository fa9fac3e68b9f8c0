"""Bars become sections and phrases, whatever their number."""

from __future__ import annotations

import numpy as np
import pytest

from composer.grammar.form import make_form
from composer.grammar.lots import Lots
from composer.grammar.phrases import CadenceKind
from composer.music.score import Key, Mode

HOME = Key(2, Mode.MAJOR)


def formed(bars: int, seed: int = 0):
    return make_form(bars, HOME, Lots(np.random.default_rng(seed), 0.5))


@pytest.mark.parametrize("bars", [*range(1, 41), 75, 128, 300])
def test_phrases_fill_all_bars_and_the_last_one_closes_at_home(bars):
    phrases = formed(bars).phrases

    assert [phrase.first_bar for phrase in phrases] == [sum(p.bars for p in phrases[:n]) for n in range(len(phrases))]
    assert sum(phrase.bars for phrase in phrases) == bars
    assert [phrase.last for phrase in phrases] == [False] * (len(phrases) - 1) + [True]
    assert phrases[-1].goal == HOME
    assert phrases[-1].cadence in {CadenceKind.AUTHENTIC, CadenceKind.PLAGAL}
    assert sum(phrase.climax for phrase in phrases) == 1


@pytest.mark.parametrize("bars", [24, 32, 40, 56, 64])
def test_a_home_section_comes_again_after_episodes_in_other_keys(bars):
    for seed in range(10):
        sections = formed(bars, seed).sections
        letters = [section.letter for section in sections if section.letter != "coda"]

        assert letters[0] == letters[-1] == "A"
        away = [section.phrases[0].key for section in sections if section.letter not in {"A", "coda"}]
        assert HOME not in away


def test_a_period_stops_halfway_and_then_comes_home():
    first, second = formed(8).phrases

    assert (first.cadence, second.cadence) == (CadenceKind.HALF, CadenceKind.AUTHENTIC)
    assert first.theme == second.theme
