"""The printed bars, and the harmony that makes any roll fit."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from composer.dice.games import GAMES
from composer.dice.tables import COLUMNS, load_table
from composer.music.score import Part

NAMES = sorted(name for game in GAMES.values() for name in game.table_names)
CHORDS = {"C": {0, 4, 7}, "G": {7, 11, 2}, "G7": {7, 11, 2, 5}, "D7": {2, 6, 9, 0}}
"""Pitch classes of chords."""

HARMONY = ["C", "C", "G7", "C", "D7", "G", "D7", "G", "D7", "G", "C", "G", "C", "C", "G7", "C"]
"""Chord of each bar of the waltz and of the contredanse."""


@pytest.mark.parametrize("name", NAMES)
def test_every_printed_bar_stands_once_in_its_table(name):
    table = load_table(name)

    assert sorted(number for row in table.numbers for number in row) == list(range(1, len(table.bars) + 1))
    assert len(table.numbers) == len(table.rolls)
    assert {len(row) for row in table.numbers} == {COLUMNS}


def test_stadlers_game_has_the_272_bars():
    assert sum(len(table.bars) for table in GAMES["minuet"].tables) == 272


@pytest.mark.parametrize("name", NAMES)
def test_notes_keep_within_their_bar_and_hands_within_the_keyboard(name):
    table = load_table(name)

    for bar in table.bars.values():
        for note in (*bar.notes, *(bar.second_ending or ())):
            assert 0 <= note.start < note.end <= table.metre.bar_ticks
            assert 35 <= note.pitch <= 86
            assert note.part in {Part.MELODY, Part.ACCOMPANIMENT}


@pytest.mark.parametrize("name", ["mozart-waltz", "mozart-contredanse"])
@pytest.mark.parametrize(("column", "chord"), list(enumerate(HARMONY)))
def test_all_bars_of_a_column_have_one_harmonic_function(name, column, chord):
    table = load_table(name)

    for roll in table.rolls:
        notes = table.bar(column, roll).notes
        inside = sum(note.duration for note in notes if note.pitch % 12 in CHORDS[chord])
        assert inside > 0.6 * sum(note.duration for note in notes)


@pytest.mark.parametrize("name", NAMES)
def test_a_dance_closes_on_its_tonic_whatever_the_dice_show(name):
    table = load_table(name)
    third = 4 - table.key.mode
    triad = {(table.key.tonic + degree) % 12 for degree in (0, third, 7)}

    for roll in table.rolls:
        assert {note.pitch % 12 for note in table.bar(COLUMNS - 1, roll).notes} <= triad


def test_the_waltz_has_one_eighth_bar_and_two_last_bars():
    table = load_table("mozart-waltz")

    assert [len({table.bar(column, roll) for roll in table.rolls}) for column in (7, 15)] == [1, 2]


@pytest.mark.parametrize("name", ["mozart-waltz", "mozart-contredanse"])
def test_only_eighth_bars_have_a_second_ending(name):
    table = load_table(name)

    for column in range(COLUMNS):
        for roll in table.rolls:
            assert (table.bar(column, roll).second_ending is not None) == (column == 7)


@pytest.mark.parametrize("name", ["mozart-waltz", "mozart-contredanse"])
def test_endings_differ_in_the_left_hand_only(name):
    table = load_table(name)

    for roll in table.rolls:
        bar = table.bar(7, roll)
        assert bar.second_ending is not None
        right, second_right = (
            [note for note in notes if note.part is Part.MELODY] for notes in (bar.notes, bar.second_ending)
        )
        assert right == second_right
        assert bar.notes != bar.second_ending


def test_disputed_bars_are_marked_in_the_data():
    tables = json.loads((files("composer.dice") / "tables.json").read_text(encoding="utf-8"))["tables"]

    disputed = {name: sum("unsure" in bar for bar in table["bars"].values()) for name, table in tables.items()}
    assert disputed["kirnberger-minuet"] + disputed["kirnberger-trio"] == 56
    assert disputed["stadler-minuet"] + disputed["stadler-trio"] == 4
    assert disputed["mozart-waltz"] == disputed["mozart-contredanse"] == 0
