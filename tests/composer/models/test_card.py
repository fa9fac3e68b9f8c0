"""A card and its three records."""

from __future__ import annotations

import json

import pytest

from composer.models.card import FIELDS, changed, from_json
from composer.models.learned_preferences import LearnedPreferences
from tests.composer.handmade import CARD


def test_a_field_stands_in_one_record_only() -> None:
    names = [name for fields in FIELDS.values() for name in fields]

    assert len(names) == len(set(names))


def test_any_field_can_be_changed_without_naming_its_record() -> None:
    card = changed(CARD, version=2, tokens_seen=7, recall=0.5)

    assert (card.identity.version, card.network.tokens_seen, card.choosing.recall) == (2, 7, 0.5)
    assert changed(card, version=1, tokens_seen=0, recall=CARD.choosing.recall) == CARD


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="cards have no colour"):
        changed(CARD, colour="red")


def test_the_file_holds_the_fields_side_by_side_under_their_old_names() -> None:
    card = changed(CARD, preferences=LearnedPreferences(minor=0.5))

    values = json.loads(card.to_json())

    assert values["leanings"]["minor"] == 0.5
    assert {"format", "name", "states", "ranking"} <= values.keys()
    assert not {"identity", "network", "choosing", "preferences", "path"} & values.keys()
    assert from_json(card.to_json()) == card


@pytest.mark.parametrize("values", [{"name": "Echo"}, {"version": 0}, {"candidates": 0}])
def test_a_value_that_makes_no_sense_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        changed(CARD, **values)
