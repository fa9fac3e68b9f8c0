from __future__ import annotations

from dataclasses import fields, replace

import pytest

from composer.music.score import Metre, Note, Part
from composer.styles.statistics import DENSITY_EDGES, TEMPO_EDGES
from composer.styles.table import LEARNED_STYLES
from composer.tokens import conditions
from composer.tokens.conditions import ANY, Conditions, density_class, style_class
from tests.composer.pieces import line, score_of


def test_sizes_follow_the_fields() -> None:
    assert tuple(conditions.SIZES) == tuple(field.name for field in fields(Conditions))


def test_everything_may_be_left_open() -> None:
    assert Conditions().classes() == (ANY,) * len(conditions.SIZES)


def test_classes_come_in_the_order_of_the_sizes() -> None:
    assert Conditions(rating=3, style=9, tempo=1).classes() == (9, 0, 1, 0, 3)


@pytest.mark.parametrize("name", conditions.SIZES)
def test_class_that_does_not_exist_is_refused(name: str) -> None:
    last = conditions.SIZES[name]
    assert getattr(replace(Conditions(), **{name: last}), name) == last

    for value in (-1, last + 1):
        with pytest.raises(ValueError, match=f"{name} must be in 0-{last}, got {value}"):
            replace(Conditions(), **{name: value})


def test_styles_have_classes_from_one_on() -> None:
    assert [style_class(name) for name in LEARNED_STYLES] == list(range(1, len(LEARNED_STYLES) + 1))


def test_a_style_that_no_network_learns_is_left_open() -> None:
    assert style_class("blues") == conditions.ANY


def test_unknown_style_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'polka'; there are piano, baroque"):
        style_class("polka")


@pytest.mark.parametrize(
    ("quarters", "metre", "expected"),
    [
        (49.0, Metre(4, 4), 1),
        (50.0, Metre(4, 4), 2),
        (140.0, Metre(4, 4), 6),
        (140.0, Metre(2, 2), 3),
        (90.0, Metre(6, 8), 2),
        (45.0, Metre(3, 8), 4),
    ],
)
def test_tempo_is_sorted_by_felt_beats(quarters: float, metre: Metre, expected: int) -> None:
    assert conditions.tempo_class(quarters, metre) == expected


def test_classes_end_where_the_sizes_do() -> None:
    assert conditions.tempo_class(999.0, Metre(4, 4)) == len(TEMPO_EDGES) + 1 == conditions.SIZES["tempo"]
    assert density_class(score_of(*line([60] * 192, step=1))) == len(DENSITY_EDGES) + 1 == conditions.SIZES["density"]


def test_density_counts_notes_a_felt_beat_without_drums() -> None:
    drums = [Note(tick, 6, 42, 75, Part.DRUMS) for tick in range(96)]

    assert density_class(score_of(*line([60] * 4), *drums, bars=1)) == 1
    assert density_class(score_of(*line([60] * 8, step=12), bars=1)) == 2
    assert density_class(score_of(*line([60] * 6, step=12), bars=1, metre=Metre(6, 8))) == 3


def test_silence_is_of_the_thinnest_density() -> None:
    assert density_class(score_of()) == 1
