from __future__ import annotations

from collections import defaultdict

import pytest

from composer.taste.weighing import LARGEST_SHARE, TasteVote, join_in_step, largest_weight, weigh_votes


def votes_of(said: dict[int, str]) -> list[TasteVote]:
    """Each person's votes on pieces 0, 1, 2...: + for, - against, and a space for none."""
    return [
        TasteVote(piece=piece, person=person, liked=mark == "+")
        for person, marks in said.items()
        for piece, mark in enumerate(marks)
        if mark != " "
    ]


def shares(votes: list[TasteVote]) -> dict[int, float]:
    weights = weigh_votes(votes)
    found: dict[int, float] = defaultdict(float)
    for vote, weight in zip(votes, weights, strict=True):
        found[vote.person] += weight / sum(weights)
    return found


@pytest.mark.parametrize("busy", ["+-" * 50, "+" * 100])
def test_nobody_has_more_than_a_third(busy: str):
    found = shares(votes_of({1: busy, 2: "++-", 3: "-+-+", 4: "+"}))

    assert found[1] == pytest.approx(LARGEST_SHARE)
    assert found[3] == pytest.approx(4 * found[4])


def test_where_nobody_has_too_much_every_vote_counts_in_full():
    assert weigh_votes(votes_of(dict.fromkeys(range(4), "+-+"))) == [1.0] * 12


@pytest.mark.parametrize(("totals", "cap"), [([], 0.0), ([5.0], 5.0), ([5.0, 2.0], 2.0), ([9.0, 2.0, 1.0], 1.0)])
def test_of_few_people_the_busiest_are_cut_to_the_others(totals: list[float], cap: float):
    assert largest_weight(totals) == cap


def test_accounts_that_vote_in_step_are_one_voice():
    brigade = dict.fromkeys(range(10, 40), "+--++-+--+")
    votes = votes_of({1: "-++--+-++ ", 2: "-++-+--+- ", 3: "-+---+-+++", **brigade})

    found = shares(votes)

    assert sum(found[number] for number in brigade) <= LARGEST_SHARE + 1e-9


def test_people_who_like_everything_did_not_agree_on_it():
    voices = join_in_step(votes_of({1: "+" * 12, 2: "+" * 12, 3: "-" * 12, 4: "-" * 12}))

    assert set(voices.values()) == {1, 2, 3, 4}
