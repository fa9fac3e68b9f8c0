from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.training.ratings import listening
from training.ratings import ratings_file, taste
from training.ratings.taste import MeasuredOpinion

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


def heard(number: int, *, liking: float = 2.0, voters: int = 8, seed: int = 0) -> list[MeasuredOpinion]:
    """People like tempo; density makes no difference to them."""
    rng = np.random.default_rng(seed)
    found = []
    for family in range(number):
        traits = {"tempo": rng.normal(), "density": rng.normal()}
        up = rng.random(voters) < 1 / (1 + np.exp(-liking * traits["tempo"]))
        votes = tuple((voter, 1.0 if likes else -1.0) for voter, likes in enumerate(up))
        found.append(MeasuredOpinion(traits=traits, votes=votes, family=family))
    return found


def test_what_is_liked_weighs_and_what_is_not_heard_does_not():
    found = taste.fit_taste(heard(100))

    assert found.weights["tempo"] > 1
    assert abs(found.weights["density"]) < 0.3


def test_votes_by_lot_say_nothing():
    found = taste.fit_taste(heard(100, liking=0.0))

    assert max(abs(weight) for weight in found.weights.values()) < 0.2


def test_battles_weigh_what_their_winners_have_more_of():
    votes, won = heard(100), [{"tempo": 0.0, "density": 1.0}] * 100

    alone, beside = taste.fit_taste(votes), taste.fit_taste(votes, won)

    assert beside.weights["density"] > alone.weights["density"] + 0.2
    assert beside.bias == pytest.approx(alone.bias, abs=0.1)
    assert set(taste.fit_taste(heard(9), won).weights.values()) == {0.0}, "battles alone decide nothing"


@pytest.mark.parametrize("number", [0, 1, 9])
def test_a_few_pieces_say_nothing(number: int):
    assert set(taste.fit_taste(heard(number)).weights.values()) <= {0.0}


def test_votes_that_all_go_one_way_say_nothing():
    liked = [MeasuredOpinion(traits={"tempo": float(n)}, votes=((1, 1.0),), family=n) for n in range(40)]

    assert taste.fit_taste(liked).weights == {"tempo": 0.0}


def test_two_camps_that_disagree_cancel_out():
    both = [*heard(100, liking=3.0), *heard(100, liking=-3.0, seed=0)]

    assert abs(taste.fit_taste(both).weights["tempo"]) < 0.2


def test_pieces_that_are_liked_are_told_from_those_that_are_not():
    slow, fast = ([{"tempo": tempo, "density": 0.0}] * 30 for tempo in (-1.0, 1.0))

    was, is_now, sure = taste.measure_confidence(heard(60), slow, fast, rng=listening.rng())
    _, _, unsure = taste.measure_confidence(heard(60), fast, slow, rng=listening.rng())

    assert was < 0.3
    assert is_now > 0.7
    assert sure > 0.99
    assert unsure < 0.01


def test_little_is_sure_where_every_request_gains_it():
    rng = listening.rng()
    before = [{"tempo": 3 * rng.normal(), "density": 0.0} for _ in range(40)]
    after = [{**row, "tempo": row["tempo"] + 0.3} for row in before]

    _, _, sure = taste.measure_confidence(heard(60), before, after, rng=rng)
    _, _, of_other_requests = taste.measure_confidence(heard(60), before, after[::-1], rng=rng)

    assert sure > 0.99
    assert of_other_requests < 0.9


def test_one_who_votes_for_all_does_not_make_sure_what_few_others_say():
    rng = listening.rng()
    slow, fast = ([{"tempo": tempo, "density": 0.0}] * 30 for tempo in (-1.0, 1.0))
    pieces = heard(60, voters=1)
    eager = [replace(one, votes=((0, np.sign(one.traits["tempo"])),)) for one in pieces]
    others = [replace(one, votes=((1 + place, -np.sign(one.traits["tempo"])),)) for place, one in enumerate(pieces[:3])]

    _, _, sure = taste.measure_confidence([*eager, *others], slow, fast, rng=rng)

    assert sure < 0.9


def test_many_pieces_that_were_asked_for_alike_make_nothing_sure():
    rng = listening.rng()
    slow, fast = ([{"tempo": tempo, "density": 0.0}] * 30 for tempo in (-1.0, 1.0))
    alike = [replace(one, family=1) for one in heard(60)]
    against = [replace(one, family=2 + place) for place, one in enumerate(heard(12, liking=-2.0))]

    _, _, sure = taste.measure_confidence([*alike, *against], slow, fast, rng=rng)

    assert sure < 0.9


def test_nothing_is_sure_where_votes_are_by_lot():
    rng = listening.rng()
    one, other = ([{"tempo": rng.normal(), "density": rng.normal()} for _ in range(50)] for _ in range(2))

    _, _, sure = taste.measure_confidence(heard(60, liking=0.0), one, other, rng=rng)

    assert 0.02 < sure < 0.98


def test_pieces_that_were_asked_for_alike_are_a_family(rows: list[dict[str, Any]], file: Path):
    chained = [{**row, "another_of": other} for row, other in zip(rows, (None, 1, 2, None, 99), strict=False)]
    found = ratings_file.read_ratings(listening.write(file, chained)).pieces

    assert taste.group_families(found) == {1: 1, 2: 1, 3: 1, 4: 4, 5: 99}


def test_a_ring_of_families_has_an_end(rows: list[dict[str, Any]], file: Path):
    ring = [{**rows[0], "another_of": 2}, {**rows[1], "another_of": 1}]
    found = ratings_file.read_ratings(listening.write(file, ring)).pieces

    assert set(taste.group_families(found)) == {1, 2}
