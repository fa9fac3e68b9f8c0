"""Throwing dice, and reading what people say they threw."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from composer.dice.form import Dance, Row
from composer.dice.games import GAMES
from composer.dice.rolls import Rolls, by_table, check_rolls, parse_rolls, throw
from composer.errors import RequestError

WALTZ, MINUET = GAMES["waltz"], GAMES["minuet"]
WITH_TRIO = Row((Dance("ABabAB"),))


def test_seven_comes_six_times_as_often_as_two():
    rng = np.random.default_rng(1)
    row = Row((Dance("AB"),) * 1000)

    counts = Counter(throw(WALTZ, row, rng).numbers)

    expected = {roll: 16_000 * (6 - abs(7 - roll)) / 36 for roll in range(2, 13)}
    chi_squared = sum((counts[roll] - share) ** 2 / share for roll, share in expected.items())
    assert counts.keys() == expected.keys()
    # 99.9 % of fair throws stay below, with ten degrees of freedom.
    assert chi_squared < 29.6


def test_trio_is_thrown_with_one_die():
    rng = np.random.default_rng(1)
    row = Row((Dance("ABabAB"),) * 200)

    thrown = by_table(throw(MINUET, row, rng), MINUET, row)

    counts = Counter(roll for table, rolls in thrown if table is MINUET.tables[1] for roll in rolls)
    assert counts.keys() == set(range(1, 7))
    assert max(counts.values()) < 1.2 * min(counts.values())


def test_equal_generators_throw_equally():
    first, again = (throw(MINUET, WITH_TRIO, np.random.default_rng(5)) for _ in range(2))

    assert first == again
    assert first != throw(MINUET, WITH_TRIO, np.random.default_rng(6))


def test_rolls_are_given_to_the_dance_and_then_to_its_trio():
    numbers = (*range(2, 10), *range(2, 10), *[6] * 16)

    (dance, first), (trio, second) = by_table(Rolls(numbers), MINUET, WITH_TRIO)

    assert (dance, trio) == MINUET.tables
    assert (first, second) == (numbers[:16], numbers[16:])


@pytest.mark.parametrize("text", ["7 3 11", "7,3,11", " 7, 3; 11 "])
def test_rolls_are_read_as_people_write_them(text):
    rolls = parse_rolls(text)

    assert rolls == Rolls((7, 3, 11))
    assert parse_rolls(str(rolls)) == rolls


@pytest.mark.parametrize(("text", "named"), [("7 13", "13"), ("0", "0"), ("7 x", "x"), ("-3", "-3"), ("7.5", "7.5")])
def test_what_dice_cannot_show_is_refused_by_name(text, named):
    with pytest.raises(RequestError, match=f"`{named}` is no roll of the dice; write numbers from 1 to 12"):
        parse_rolls(text)


@pytest.mark.parametrize("text", ["", " ", ","])
def test_no_rolls_are_refused(text):
    with pytest.raises(RequestError, match="no rolls"):
        parse_rolls(text)


def test_roll_that_two_dice_cannot_show_is_refused():
    rolls = Rolls((7,) * 5 + (1,) + (7,) * 10)

    with pytest.raises(RequestError, match=r"^roll 6 must be 2 to 12, which two dice can show in a waltz, not 1$"):
        check_rolls(rolls, WALTZ, Row((Dance("AB"),)))


def test_roll_that_one_die_cannot_show_is_refused():
    rolls = Rolls((12,) * 16 + (6, 7) + (1,) * 14)

    with pytest.raises(RequestError, match=r"^roll 18 must be 1 to 6, which one die can show in a trio, not 7$"):
        check_rolls(rolls, MINUET, WITH_TRIO)


def test_all_that_dice_can_show_passes():
    check_rolls(Rolls((2, 12) * 8 + (1, 6) * 8), MINUET, WITH_TRIO)
