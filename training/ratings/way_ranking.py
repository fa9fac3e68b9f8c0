"""How a model learns from ratings: another choice among candidates, and other odds for what a request leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.models.card import changed
from composer.taste.leanings import preferences_of

if TYPE_CHECKING:
    from composer.models.card import ModelCard
    from training.ratings.taste import TasteModel


def with_taste(card: ModelCard, taste: TasteModel) -> ModelCard:
    """A card that chooses by a taste as well: see `composer.taste.leanings.preferences_of`.

    What is liked adds up from round to round, and only so far.
    """
    return changed(card, preferences=card.choosing.preferences.plus(preferences_of(taste.weights)))
