"""The piece that the dice chose."""

from __future__ import annotations

import numpy as np
import pytest

from composer.dice.assembly import assemble
from composer.dice.form import Dance, Row
from composer.dice.games import GAMES
from composer.dice.rolls import Rolls, by_table, throw
from composer.music.score import Key, KeyChange, Mode, Part, Tempo

WALTZ, MINUET, KIRNBERGER = (GAMES[name] for name in ("waltz", "minuet", "kirnberger"))
TEMPOS = (Tempo(0, 100.0),)


def assembled(game, strains, rolls, *, skipped=0):
    return assemble(game, Row((Dance(strains, skipped=skipped),)), Rolls(rolls), tempos=TEMPOS)


def bar(score, number):
    """(start in the bar, duration, pitch, part) of the notes of one bar, counted from 0."""
    first = number * score.metre.bar_ticks
    inside = (note for note in score.notes if first <= note.start < first + score.metre.bar_ticks)
    return sorted((note.start - first, note.duration, note.pitch, note.part) for note in inside)


def printed(notes):
    return sorted((note.start, note.duration, note.pitch, note.part) for note in notes)


@pytest.mark.parametrize("game", list(GAMES.values()), ids=lambda game: game.name)
def test_every_roll_chooses_a_bar_of_its_column(game):
    strains = "ABabAB" if game.has_trio else "AB"
    row = Row((Dance(strains),))
    rolls = throw(game, row, np.random.default_rng(3))

    score = assemble(game, row, rolls, tempos=TEMPOS)

    for number, (table, thrown) in enumerate(by_table(rolls, game, row)):
        for column, roll in enumerate(thrown):
            chosen = table.bar(column, roll)
            notes = chosen.notes if chosen.second_ending is None else chosen.second_ending
            assert bar(score, number * 16 + column) == printed(notes)


def test_lowest_roll_begins_the_waltz_as_printed():
    score = assembled(WALTZ, "AB", (2,) * 16)

    # Bar 96 of the print: E, C and G over a C.
    assert bar(score, 0) == [(0, 12, 76, 0), (0, 24, 48, 1), (12, 12, 72, 0), (24, 12, 67, 0)]


def test_first_ending_leads_back_and_second_ending_leads_on():
    score = assembled(WALTZ, "AABB", (7,) * 16)
    eighth = WALTZ.tables[0].bar(7, 7)

    assert bar(score, 7) == printed(eighth.notes)
    assert bar(score, 15) == printed(eighth.second_ending)
    assert bar(score, 7) != bar(score, 15)


def test_repeats_are_the_same_bars_a_little_softer():
    score = assembled(WALTZ, "AABB", (3, 9) * 8)

    for number in range(7):
        assert bar(score, number) == bar(score, number + 8)
    loudness = [{note.velocity for note in score.notes if note.start // (8 * 36) == strain} for strain in range(4)]
    assert loudness[0] == loudness[2] != loudness[1] == loudness[3]
    assert max(loudness[1]) < min(loudness[0])


def test_minuet_comes_again_after_the_trio():
    score = assembled(MINUET, "AABBaabbAB", (5, 8) * 8 + (1, 4) * 8)

    assert score.bars == 80
    for number in range(16):
        once = number if number < 8 else number + 8
        assert bar(score, 64 + number) == bar(score, once)


@pytest.mark.parametrize(("game", "trio"), [(MINUET, Key(7, Mode.MAJOR)), (KIRNBERGER, Key(2, Mode.MINOR))])
def test_trio_stands_in_its_own_key(game, trio):
    score = assembled(game, "ABabAB", (3,) * 32)

    assert score.key == Key(2, Mode.MAJOR)
    assert score.key_changes == (KeyChange(16 * 72, trio), KeyChange(32 * 72, score.key))


def test_last_bars_are_the_end_of_the_whole_dance():
    whole, end = assembled(WALTZ, "AB", (4, 10) * 8), assembled(WALTZ, "AB", (4, 10) * 8, skipped=13)

    assert [bar(end, number) for number in range(3)] == [bar(whole, number) for number in (13, 14, 15)]


def test_right_hand_is_melody_and_left_hand_accompaniment():
    score = assembled(WALTZ, "AB", (7,) * 16)

    assert {note.part for note in score.notes} == {Part.MELODY, Part.ACCOMPANIMENT}


def test_same_rolls_make_the_same_piece():
    first, again, other = (assembled(WALTZ, "AB", (roll,) * 16) for roll in (7, 7, 8))

    assert first == again
    assert first != other
