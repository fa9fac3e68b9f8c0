from __future__ import annotations

import math

import pytest

from composer.errors import RequestError
from composer.models.model_names import name_in_full
from composer.music.score import Key, Metre, Mode
from composer.request import Request, read_settings, settings_of


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("seconds", 4.9), ("seconds", 301), ("seconds", math.nan), ("tempo", 39), ("tempo", 201), ("creativity", -0.1),
        ("creativity", 1.1), ("candidates", 0), ("candidates", 65), ("seed", -1), ("style", "polka"),
        ("metre", Metre(11, 8)),
    ],
)  # fmt: skip
def test_what_cannot_be_composed_is_refused_in_one_sentence(option, value):
    with pytest.raises(RequestError) as refusal:
        Request(**{option: value})

    assert "\n" not in str(refusal.value)


def test_a_refusal_names_the_range_and_what_was_given():
    with pytest.raises(RequestError, match="length must be 5 to 300 seconds, not 900"):
        Request(seconds=900)


def test_a_misspelt_style_is_answered_with_the_nearest():
    with pytest.raises(RequestError, match="Did you mean `romantic`"):
        Request(style="romantik")


def test_settings_become_the_request_that_they_came_from():
    request = Request(seconds=30.0, key=Key(3, Mode.MINOR), metre=Metre(3, 4), seed=7)

    assert Request(**read_settings(settings_of(request))) == request


def test_settings_are_plain_values_under_the_names_that_people_use():
    settings = settings_of(Request(seconds=30.0, key=Key(3, Mode.MINOR), metre=Metre(3, 4), tempo=72))

    assert settings == {
        "length": 30.0, "model": "lstm", "seed": 0, "style": "piano", "instrument": None,
        "instrument_sound": "soundfont", "key": "E flat minor", "metre": "3/4", "tempo": 72, "chords": None,
        "creativity": 0.5, "game": None, "rolls": None, "density": None, "glissandi": None, "candidates": None,
    }  # fmt: skip


def test_settings_tell_what_was_left_open_from_what_was_decided_to_be_none():
    assert read_settings({"key": None}) == {"key": None}
    assert read_settings({}) == {}


def test_settings_of_before_may_leave_empty_what_is_never_none():
    assert read_settings({"length": None, "seed": 7}) == {"seed": 7}


@pytest.mark.parametrize("settings", [{"bpm": 3}, {"tempo": "72"}, {"seed": True}, {"key": 3}, {"style": 5}])
def test_foreign_settings_are_refused(settings):
    with pytest.raises(RequestError, match="not those of a piece"):
        read_settings(settings)


def test_a_name_may_stand_for_a_model_and_networks_that_play_it():
    assert name_in_full({"model": "Audio-WaveNet@8"}) == {"model": "wavenet@8", "instrument_sound": "network"}
    assert name_in_full({"model": "lstm", "tempo": 90}) == {"model": "lstm", "tempo": 90}
    assert name_in_full({}) == {}
