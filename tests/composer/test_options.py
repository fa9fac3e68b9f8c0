"""Every option of the table can be said wherever the composer takes options, and reaches the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from composer.__main__ import _parser, _request
from composer.errors import RequestError
from composer.music.score import Key, Metre, Mode, Note, Part, Score
from composer.options import ANY
from composer.performance import midi
from composer.performance.instruments import PIANO
from composer.request import ENGINE_OPTIONS, OPTIONS, Request, read_settings, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from composer.options import Option, Plain

NAMED = pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
EMPTY = pytest.mark.parametrize(
    "option", [option for option in OPTIONS if option.may_be_any], ids=lambda option: option.name
)


def example(option: Option) -> str:
    """A value that is not the usual one, as people write it."""
    if option.high is not None:
        return f"{option.low:g}"
    return (
        option.values[-1]
        if option.values
        else {"model": "wavenet", "rolls": "7 3 11", "chords": "Am F C G"}[option.name]
    )


def piece_with(settings: Mapping[str, Plain], file: Path) -> str:
    score = Score((Note(0, 24, 60, 80, Part.MELODY),), Metre(4, 4), 1, Key(0, Mode.MAJOR))
    file.write_bytes(midi.write(score, instrument=PIANO, title="A", settings=settings))
    return str(file)


def asked(*arguments: str) -> Request:
    return _request(_parser().parse_args(["compose", *arguments]))


@NAMED
def test_the_command_line_has_a_flag_for_it_and_tells_what_happens_without(option, capsys):
    with pytest.raises(SystemExit):
        _parser().parse_args(["compose", "--help"])

    shown = " ".join(capsys.readouterr().out.split())
    assert f"{option.flag} {option.placeholder or option.name.upper()} {option.about} (" in shown


@NAMED
def test_what_its_flag_says_reaches_the_request(option):
    request = asked(option.flag, example(option))

    assert getattr(request, option.field) == option.parse(example(option))
    assert read_settings(settings_of(request))[option.field] == getattr(request, option.field)


def test_another_model_repeats_with_what_it_can_be_told(tmp_path):
    rolled: dict[str, Plain] = {
        "model": "dice@1",
        "length": 30,
        "game": "waltz",
        "rolls": "7 3 11",
        "key": "C major",
        "seed": 3,
    }
    file = piece_with(rolled, tmp_path / "piece.mid")

    request = asked("--repeat", file, "--model", "stochastic")

    assert (request.model, request.seconds, request.seed) == ("stochastic", 30, 3)
    assert (request.game, request.rolls, request.key) == (None, None, None)
    assert asked("--repeat", file, "--length", "20").game == "waltz"
    assert asked("--repeat", file, "--model", "stochastic", "--game", "waltz").game == "waltz"


@EMPTY
def test_any_overrules_the_file_to_repeat_and_what_is_not_said_does_not(option, tmp_path):
    decided = option.parse(example(option))
    file = piece_with(settings_of(Request(**{option.field: decided})), tmp_path / "piece.mid")

    assert getattr(asked("--repeat", file), option.field) == decided
    assert getattr(asked("--repeat", file, option.flag, ANY), option.field) is None


@pytest.mark.parametrize("flag", ["--length", "--seed", "--style", "--creativity"])
def test_any_is_refused_where_a_value_is_needed(flag):
    with pytest.raises((RequestError, SystemExit)):
        asked(flag, ANY)


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.high], ids=lambda option: option.name)
def test_a_number_outside_of_its_range_is_refused_with_the_range(option):
    with pytest.raises(RequestError, match=f"{option.name} must be {option.low:g} to"):
        Request(**{option.field: option.high * 2})


def test_engines_may_fail_to_honour_what_shapes_or_plays_the_notes_and_nothing_else():
    assert {
        "instrument",
        "instrument_sound",
        "key",
        "metre",
        "tempo",
        "chords",
        "creativity",
        "game",
        "rolls",
        "density",
        "glissandi",
        "candidates",
    } == ENGINE_OPTIONS
