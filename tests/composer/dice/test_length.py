"""Which dances fill which time."""

from __future__ import annotations

import numpy as np
import pytest

from composer.dice.assembly import assemble
from composer.dice.games import GAMES
from composer.dice.length import choose_row
from composer.dice.rolls import throw
from composer.errors import RequestError
from composer.planning.plan import RELEASE_SECONDS

games = pytest.mark.parametrize("game", list(GAMES.values()), ids=lambda game: game.name)


def strains(row):
    return [dance.strains for dance in row.dances]


def tempo_of(game, row, seconds):
    return row.beats_per_minute(game.tables[0].metre, seconds - RELEASE_SECONDS)


@games
def test_every_whole_second_is_filled_exactly_at_a_tempo_near_the_usual_one(game):
    for seconds in range(5, 301):
        row = choose_row(game, seconds=seconds)

        tempo = tempo_of(game, row, seconds)
        tempos = row.tempos(game.tables[0].metre, tempo)
        score = assemble(game, row, throw(game, row, np.random.default_rng(seconds)), tempos=tempos)

        assert score.seconds == pytest.approx(seconds - RELEASE_SECONDS, abs=1e-9)
        assert game.beats_per_minute / 1.25 < tempo < game.beats_per_minute * 1.4


@games
@pytest.mark.parametrize("seconds", [5, 6, 7, 8, 9])
def test_few_seconds_hold_the_last_bars(game, seconds):
    (dance,) = choose_row(game, seconds=seconds).dances

    assert dance.steps()[-1].column == 15
    assert 3 <= dance.bars <= 8


@pytest.mark.parametrize(
    ("name", "seconds", "heard"),
    [
        ("waltz", 20, "AB"),
        ("waltz", 29, "AAB"),
        ("waltz", 38.4, "AABB"),
        ("waltz", 60, "AABBAB"),
        ("contredanse", 34.9, "AABB"),
        ("minuet", 52, "AABB"),
        ("minuet", 78, "ABabAB"),
        ("minuet", 103, "AABBabAB"),
        ("minuet", 128.5, "AABBaabbAB"),
        ("kirnberger", 128.5, "AABBaabbAB"),
    ],
)
def test_a_dance_has_as_many_repeats_as_the_time_allows(name, seconds, heard):
    row = choose_row(GAMES[name], seconds=seconds)

    assert strains(row) == [heard]
    assert tempo_of(GAMES[name], row, seconds) == pytest.approx(GAMES[name].beats_per_minute, rel=0.08)


@games
def test_after_130_seconds_another_dance_follows_with_new_rolls(game):
    row = choose_row(game, seconds=131)

    assert len(row.dances) > 1
    assert row.rolls == 16 * sum(dance.tables for dance in row.dances)


@games
def test_dances_of_a_suite_are_about_equally_long(game):
    lengths = [dance.bars for dance in choose_row(game, seconds=300).dances]

    assert max(lengths) - min(lengths) <= 16
    assert lengths == sorted(lengths, reverse=True)


def test_wanted_tempo_decides_how_much_is_played():
    waltz = GAMES["waltz"]

    slow, fast = (choose_row(waltz, seconds=20, beats_per_minute=tempo) for tempo in (80, 200))

    assert (slow.bars, fast.bars) == (8, 24)


def test_number_of_rolls_decides_among_rows_that_are_near():
    minuet = GAMES["minuet"]

    assert strains(choose_row(minuet, seconds=60)) == ["AABB"]
    assert strains(choose_row(minuet, seconds=60, rolls=16)) == ["AABB"]
    assert strains(choose_row(minuet, seconds=60, rolls=32)) == ["ABabAB"]


@pytest.mark.parametrize(
    ("name", "seconds", "rolls", "sentence"),
    [
        ("waltz", 20, 3, "20 seconds of waltz take 16 rolls, not 3"),
        ("minuet", 60, 17, "60 seconds of minuet take 16 or 32 rolls, not 17"),
        ("waltz", 90, 16, "90 seconds of waltz take 32, 48 or 64 rolls, not 16"),
    ],
)
def test_numbers_of_rolls_that_would_do_are_named(name, seconds, rolls, sentence):
    with pytest.raises(RequestError) as refused:
        choose_row(GAMES[name], seconds=seconds, rolls=rolls)

    assert str(refused.value) == sentence
