"""Titles, and the line that shows the rolls."""

from __future__ import annotations

import pytest

from composer.dice.captions import make_remark, make_title
from composer.dice.form import Dance, Row
from composer.dice.games import GAMES
from composer.dice.rolls import Rolls
from composer.music.score import Key, Mode

C_MAJOR, D_MAJOR = Key(0, Mode.MAJOR), Key(2, Mode.MAJOR)


@pytest.mark.parametrize(
    ("name", "dances", "title"),
    [
        ("minuet", [Dance("AABB")], "Minuet in D major"),
        ("kirnberger", [Dance("ABabAB")], "Minuet and trio in D major"),
        ("minuet", [Dance("ABabAB"), Dance("AABB")], "Suite of 2 minuets in D major"),
        ("minuet", [Dance("AB", skipped=8)], "Minuet in D major"),
        ("minuet", [Dance("AB", skipped=13)], "Close of a minuet in D major"),
    ],
)
def test_title_tells_the_dances_and_the_key(name, dances, title):
    assert make_title(GAMES[name], Row(tuple(dances)), D_MAJOR) == title


def test_several_waltzes_are_a_suite_of_waltzes():
    assert make_title(GAMES["waltz"], Row((Dance("AABB"),) * 3), C_MAJOR) == "Suite of 3 waltzes in C major"


def test_remark_shows_the_rolls_of_every_dance_and_trio():
    remark = make_remark(GAMES["minuet"], Row((Dance("ABabAB"),)), Rolls((7, 12) * 8 + (1, 6) * 8))

    assert remark == (
        "Bars by Maximilian Stadler. "
        "Dice: minuet 7 12 7 12 7 12 7 12 7 12 7 12 7 12 7 12, trio 1 6 1 6 1 6 1 6 1 6 1 6 1 6 1 6"
    )


def test_bars_of_an_unknown_author_are_not_said_to_be_mozarts():
    assert "printed as Mozart's" in make_remark(GAMES["waltz"], Row((Dance("AB"),)), Rolls((7,) * 16))
