"""The way through a dance: repeats, endings, the trio and the minuet again."""

from __future__ import annotations

import pytest

from composer.dice.form import Dance, Row
from composer.music.score import Metre, Tempo

FIRST, SECOND = list(range(8)), list(range(8, 16))


def test_repeats_are_played_one_after_the_other():
    steps = Dance("AABB").steps()

    assert [step.column for step in steps] == FIRST + FIRST + SECOND + SECOND
    assert [bar for bar, step in enumerate(steps) if step.returns] == [7, 23]
    assert [step.repeated for step in steps] == ([False] * 8 + [True] * 8) * 2


def test_minuet_comes_again_after_its_trio_without_repeats():
    dance = Dance("AABBaabbAB")
    steps = dance.steps()

    assert (dance.bars, dance.tables, len(steps)) == (80, 2, 80)
    assert [step.table for step in steps] == [0] * 32 + [1] * 32 + [0] * 16
    assert [step.column for step in steps[64:]] == FIRST + SECOND
    assert not any(step.returns or step.repeated for step in steps[64:])


def test_what_is_skipped_is_the_beginning():
    steps = Dance("AB", skipped=13).steps()

    assert [step.column for step in steps] == [13, 14, 15]


@pytest.mark.parametrize(("strains", "tables"), [("AB", 1), ("AABBAB", 1), ("ABabAB", 2)])
def test_trio_takes_a_table_of_its_own(strains, tables):
    assert Dance(strains).tables == tables
    assert Row((Dance("AB"), Dance(strains))).rolls == 16 + 16 * tables


def test_every_dance_slows_down_at_its_end_and_the_last_one_most():
    row = Row((Dance("AB"), Dance("AB")))

    assert row.tempos(Metre(3, 8), 150.0) == (
        Tempo(0, 75.0),
        Tempo(15 * 36, 75.0 * 0.9),
        Tempo(16 * 36, 75.0),
        Tempo(30 * 36, 75.0 * 0.95),
        Tempo(31 * 36, 75.0 * 0.8),
    )
