from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from composer.decoding.ranking import cost_of, weights_with_liking
from composer.models.card import changed
from composer.models.choosing import EVERY_STYLE
from composer.models.learned_preferences import FARTHEST, LearnedPreferences
from training.ratings.taste import TasteModel
from training.ratings.way_ranking import with_taste

if TYPE_CHECKING:
    from composer.models.card import ModelCard
    from composer.models.loading import Model


@pytest.fixture
def card(small: Model) -> ModelCard:
    return changed(small.card, ranking={EVERY_STYLE: {"density": (0.5, 0.1), "groove": (0.0, 0.2)}})


def costs(card: ModelCard, **far: float) -> float:
    """What a candidate costs whose measures are so many deviations from the usual."""
    measures = {name for profile in card.choosing.profiles.values() for name in profile}
    choosing = card.choosing
    return cost_of(far, weights_with_liking(choosing.ranking_of("piano"), choosing.preferences.measures, measures))


def test_what_is_liked_costs_a_candidate_less(card: ModelCard):
    fond = with_taste(card, TasteModel({"density": 1.5, "minor": 0.5}, 0.0))

    assert fond.choosing.ranking == card.choosing.ranking
    assert costs(fond, density=1.0) == pytest.approx(costs(card, density=1.0) - 1.5)
    assert costs(fond, groove=1.0) == costs(card, groove=1.0)


def test_a_measure_that_nobody_ranked_is_ranked_now(card: ModelCard):
    fond = with_taste(card, TasteModel({"melody_step": 1.0}, 0.0))

    assert costs(fond, melody_step=2.0) == -2.0


def test_without_fitted_weights_the_usual_still_counts(small: Model):
    fond = with_taste(small.card, TasteModel({"density": 1.0}, 0.0))

    assert costs(fond, density=0.0) < costs(fond, density=0.0, groove=3.0)
    assert costs(fond, density=1.0) < costs(fond, density=0.0)


def test_mode_tempo_and_density_lean_by_half_of_what_was_liked(card: ModelCard):
    preferences = with_taste(card, TasteModel({"minor": 1.0, "tempo": -2.0, "density": 0.6}, 0.0)).choosing.preferences

    assert preferences == LearnedPreferences(minor=0.5, tempo=-1.0, density=0.3, measures={"density": 0.6})


def test_preferences_add_up_over_rounds_but_go_only_so_far(card: ModelCard):
    for _ in range(10):
        card = with_taste(card, TasteModel({"minor": 3.0, "tempo": -3.0, "groove": 0.7}, 0.0))

    assert (card.choosing.preferences.minor, card.choosing.preferences.tempo) == (FARTHEST, -FARTHEST)
    assert card.choosing.preferences.measures == {"groove": FARTHEST}


def test_a_taste_for_nothing_changes_nothing(card: ModelCard):
    assert with_taste(card, TasteModel({"minor": 0.0, "density": 0.0}, 0.0)) == card


def test_those_who_like_wide_leaps_get_melodies_that_leap(card: ModelCard):
    fond = with_taste(card, TasteModel({"melody_step": 1.0}, 0.0))

    assert fond.choosing.preferences.leaps == 0.5
    assert with_taste(card, TasteModel({"density": 1.0}, 0.0)).choosing.preferences.leaps == 0.0
