from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from composer.leanings import FARTHEST, Leanings
from composer.ranking import cost_of
from training.ratings.leaning import leaned
from training.ratings.taste import Taste

if TYPE_CHECKING:
    from composer.card import ModelCard
    from composer.models import Model


@pytest.fixture
def card(small: Model) -> ModelCard:
    return replace(small.card, ranking={"density": (0.5, 0.1), "groove": (0.0, 0.2)})


def test_what_is_liked_costs_a_candidate_less(card: ModelCard):
    ranking = leaned(card, Taste({"density": 1.5, "minor": 0.5}, 0.0)).ranking

    assert ranking == {"density": (-1.0, 0.1), "groove": (0.0, 0.2)}
    assert cost_of({"density": 1.0}, ranking) < cost_of({"density": 0.0}, ranking)


def test_a_measure_that_nobody_ranked_is_ranked_now(card: ModelCard):
    ranking = leaned(card, Taste({"melody_step": 1.0}, 0.0)).ranking

    assert ranking["melody_step"] == (-1.0, 0.0)


def test_without_fitted_weights_the_usual_still_counts(small: Model):
    ranking = leaned(small.card, Taste({"density": 1.0}, 0.0)).ranking

    assert all(square > 0 for _, square in ranking.values())
    assert ranking["density"][0] == -1.0


def test_mode_tempo_and_density_lean_by_half_of_what_was_liked(card: ModelCard):
    leanings = leaned(card, Taste({"minor": 1.0, "tempo": -2.0, "density": 0.6}, 0.0)).leanings

    assert leanings == Leanings(minor=0.5, tempo=-1.0, density=0.3)


def test_leanings_add_up_over_rounds_but_go_only_so_far(card: ModelCard):
    for _ in range(10):
        card = leaned(card, Taste({"minor": 3.0, "tempo": -3.0}, 0.0))

    assert (card.leanings.minor, card.leanings.tempo) == (FARTHEST, -FARTHEST)


def test_a_taste_for_nothing_changes_nothing(card: ModelCard):
    assert leaned(card, Taste({"minor": 0.0, "density": 0.0}, 0.0)) == card
