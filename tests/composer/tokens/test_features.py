from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from composer.music.chord_symbol import ChordSymbol, Quality
from composer.music.score import Metre
from composer.tokens import conditions, outlook, position, vocabulary
from composer.tokens.features import (
    CONDITION_WIDTH,
    NEWEST,
    PLAIN,
    POSITION_WIDTH,
    SETS,
    condition_features,
    outlook_features,
    position_features,
)
from composer.tokens.position import PositionTracker
from composer.tokens.vocabulary import BAR, START

SHIPPED = "3478c5cfba1c255f"
"""The fingerprint that shipped models carry: whoever changes it must train them again."""

OUTLOOK = "5d5e4f7a6962c547"
"""The fingerprint of the feature set with the outlook."""

Features = NDArray[np.float32]


def row(**columns: int) -> NDArray[np.uint8]:
    """A row of the position before anything was played, with some columns set."""
    values = np.zeros(position.WIDTH, np.uint8)
    values[position.PART] = position.NO_PART
    values[position.NEXT_ONSETS : position.NEXT_ONSETS + position.SOURCES] = position.NO_ONSET
    for name, value in columns.items():
        values[getattr(position, name)] = value
    return values


def changed(**columns: int) -> Features:
    """The features that setting columns changes."""
    difference: Features = position_features(row(**columns)) - position_features(row())
    return difference


def test_layout_is_that_of_the_shipped_models() -> None:
    assert PLAIN.fingerprint == SHIPPED
    assert PLAIN.width == POSITION_WIDTH + CONDITION_WIDTH


def test_each_feature_set_begins_with_the_one_before_it() -> None:
    rows = np.random.default_rng(0).integers(256, size=(40, NEWEST.row_width)).astype(np.uint8)
    asked = condition_features(np.ones(len(conditions.SIZES), np.uint8))

    newest = NEWEST.features(rows, asked)

    assert newest.shape == (40, NEWEST.width)
    np.testing.assert_array_equal(newest[:, : PLAIN.width], PLAIN.features(rows[:, : PLAIN.row_width], asked))


def test_every_known_feature_set_has_a_fingerprint_of_its_own() -> None:
    assert list(SETS) == [SHIPPED, OUTLOOK]
    assert SETS[OUTLOOK] is NEWEST


def test_chord_lights_its_root_its_quality_and_its_tones() -> None:
    rows = np.zeros((2, NEWEST.row_width), np.uint8)
    rows[1, outlook.CHORD] = outlook.chord_code(ChordSymbol(7, Quality.DOMINANT_SEVENTH))

    dark, lit = outlook_features(rows)

    root, quality, tones = np.split((lit - dark)[:34], [12, 22])
    assert np.flatnonzero(root).tolist() == [7]
    assert np.flatnonzero(quality).tolist() == [Quality.DOMINANT_SEVENTH]
    assert np.flatnonzero(tones).tolist() == [2, 5, 7, 11]


@pytest.mark.parametrize("shape", [(), (3,), (2, 5)])
def test_features_keep_the_shape_in_front(shape: tuple[int, ...]) -> None:
    rows = np.zeros((*shape, position.WIDTH), np.uint8)
    classes = np.zeros((*shape, len(conditions.SIZES)), np.uint8)

    assert position_features(rows).shape == (*shape, POSITION_WIDTH)
    assert condition_features(classes).shape == (*shape, CONDITION_WIDTH)
    assert position_features(rows).dtype == condition_features(classes).dtype == np.float32


@pytest.mark.parametrize("column", range(position.WIDTH))
def test_features_stay_small_whatever_the_row(column: int) -> None:
    rows = np.zeros((256, position.WIDTH), np.uint8)
    rows[:, column] = np.arange(256)

    assert np.abs(position_features(rows)).max() <= 2


@pytest.mark.parametrize("column", ["PHRASE", "METRE", "VELOCITY", "PART"])
def test_classes_become_one_hot(column: str) -> None:
    sizes = {
        "PHRASE": range(position.PHRASE_BARS),
        "METRE": range(len(vocabulary.METRES)),
        "VELOCITY": range(1, len(vocabulary.VELOCITIES) + 1),
        "PART": range(position.NO_PART),
    }

    seen = np.stack([position_features(row(**{column: value})) for value in sizes[column]])

    varying = seen[:, seen.std(axis=0) > 0]
    np.testing.assert_array_equal(varying, np.eye(len(sizes[column])))


def test_nothing_played_yet_leaves_part_and_velocity_dark() -> None:
    assert changed(PART=0).sum() == 1
    assert changed(VELOCITY=1).sum() == 1


def test_no_onset_to_come_is_not_taken_for_a_far_one() -> None:
    onset = changed(NEXT_ONSETS=24)

    assert onset[onset != 0].tolist() == [1.0, 0.5]


def test_pitches_light_one_feature_each() -> None:
    values = row()
    values[position.PITCHES] = 0b101
    first = POSITION_WIDTH - 8 * position.SOURCES * position.PITCH_BYTES

    difference = position_features(values) - position_features(row())

    assert np.flatnonzero(difference).tolist() == [first, first + 2]


def test_places_a_quarter_apart_differ_in_fewer_features_than_others() -> None:
    here, quarter_later, eighth_later, odd = position_features(np.stack([row(POSITION=at) for at in (50, 74, 62, 69)]))

    def waves(one: Features, other: Features) -> int:
        return int((np.abs(one - other)[:19] > 1e-6).sum())

    assert waves(here, quarter_later) < waves(here, eighth_later) < waves(here, odd)


def test_last_bars_are_told_apart() -> None:
    seen = position_features(np.stack([row(BARS_LEFT=value) for value in range(5)]))

    assert len({tuple(np.flatnonzero(one == 1)) for one in seen}) == 5


def test_conditions_are_dark_where_left_open() -> None:
    assert condition_features(np.zeros(len(conditions.SIZES), np.uint8)).sum() == 0


def test_every_class_of_every_condition_lights_its_own_feature() -> None:
    lit = []
    for column, size in enumerate(conditions.SIZES.values()):
        for value in range(1, size + 1):
            classes = np.zeros(len(conditions.SIZES), np.uint8)
            classes[column] = value
            lit.append(condition_features(classes))

    np.testing.assert_array_equal(np.stack(lit), np.eye(CONDITION_WIDTH))


def test_features_of_the_position_differ_from_bar_to_bar() -> None:
    now = PositionTracker(Metre(4, 4), 8)
    seen = set()
    for token in (START, *[BAR] * 8):
        now.read(token)
        seen.add(position_features(np.frombuffer(bytes(now.row), np.uint8)).tobytes())

    assert len(seen) == 9
