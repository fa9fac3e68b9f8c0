from __future__ import annotations

import numpy as np
import pytest

from composer.models.learned_preferences import NONE
from composer.taste.learning import LearnedTaste, has_enough, learn_taste, no_preferences
from composer.taste.weighing import TasteVote
from tests.composer.taste import servers

WANTS = {
    "slow": {"tempo": -2.5},
    "wide leaps": {"melody_step": 2.5},
    "dense": {"density": 2.5},
}


def learned(
    wants: dict[str, float], seed: int, *, pieces: int = 20, shared: dict[str, float] | None = None
) -> LearnedTaste:
    rng = np.random.default_rng(seed)
    found = servers.heard(pieces, rng)
    return learn_taste(found, servers.vote(found, wants, rng), shared=shared)


@pytest.mark.parametrize("name", WANTS)
def test_sixty_votes_tell_what_a_server_likes(name: str):
    strongest = max(WANTS[name], key=lambda trait: abs(WANTS[name][trait]))
    found = [learned(WANTS[name], seed) for seed in range(5)]

    for taste in found:
        # The weight of minor is for two steps.
        weights = {trait: abs(weight) / (2 if trait == "minor" else 1) for trait, weight in taste.weights.items()}
        assert max(weights, key=weights.__getitem__) == strongest
        assert np.sign(taste.weights[strongest]) == np.sign(WANTS[name][strongest])
    assert sum(taste.taken for taste in found) >= 4
    assert np.mean([taste.surer for taste in found]) > 6


def test_who_likes_minor_gets_more_of_it():
    taste = learned({"minor": 5.0}, 1, pieces=40)

    assert taste.taken
    assert taste.preferences.minor > 0.5


def test_approval_rises_by_fifteen_points_after_sixty_votes_and_nowhere_falls():
    gains = {}
    for name in ("slow", "wide leaps", "dense"):
        for seed in range(4):
            taste = learned(WANTS[name], seed)
            measures = {**no_preferences(taste).measures}
            if name == "slow":
                measures = {"tempo": taste.weights["tempo"] * taste.taken}
            before, after = servers.approval_of_choices(WANTS[name], measures, np.random.default_rng(seed + 100))
            gains[name, seed] = after - before

    assert np.mean(list(gains.values())) > 0.15
    assert min(gains.values()) > -0.05


def test_votes_by_lot_move_nothing():
    tastes = [learned({}, seed) for seed in range(20)]

    assert sum(taste.taken for taste in tastes) <= 1


def test_a_brigade_turns_nobodys_taste_round():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        pieces = servers.heard(20, rng)
        honest = servers.vote(pieces, WANTS["slow"], rng)
        against = [
            TasteVote(piece=piece, person=100 + account, liked=servers.likes(WANTS["slow"], traits) < 0.5)
            for account in range(30)
            for piece, traits in pieces.items()
        ]

        assert no_preferences(learn_taste(pieces, [*honest, *against])).tempo <= 0


def test_the_less_is_known_the_more_is_the_shared_taste():
    shared = {"tempo": -1.0, "density": 0.5}
    few, many = (learned(WANTS["slow"], 3, pieces=number, shared=shared) for number in (20, 120))

    assert 0 < many.shrinkage < few.shrinkage <= 1


def test_a_server_that_likes_what_all_like_gets_no_taste_of_its_own():
    tastes = [learned({"tempo": -1.0}, seed, shared={"tempo": -1.0}) for seed in range(10)]

    assert sum(taste.taken for taste in tastes) <= 1
    assert all(taste.weights["tempo"] < -0.5 for taste in tastes)


def test_equal_votes_in_any_order_give_an_equal_taste():
    rng = np.random.default_rng(1)
    pieces = servers.heard(20, rng)
    votes = servers.vote(pieces, WANTS["dense"], rng)

    assert learn_taste(pieces, votes) == learn_taste(pieces, votes[::-1])


def test_a_taste_that_was_not_taken_composes_nothing():
    assert no_preferences(None) == NONE
    assert no_preferences(learned({}, 1)) == NONE


def test_twenty_pieces_by_three_people_are_enough():
    assert has_enough(20, 3)
    assert not has_enough(19, 3)
    assert not has_enough(20, 2)


def test_votes_of_one_kind_alone_are_survived():
    pieces = servers.heard(20, np.random.default_rng(1))
    votes = [TasteVote(piece=piece, person=piece % 4, liked=True) for piece in pieces]

    assert not learn_taste(pieces, votes).taken
