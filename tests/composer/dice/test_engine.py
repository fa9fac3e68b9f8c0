"""Dice as an engine: from a request to a piece, and from the piece's MIDI to the same piece."""

from __future__ import annotations

import pytest

from composer.compose import compose
from composer.dice.engine import DiceEngine
from composer.dice.games import GAMES
from composer.dice.rolls import Rolls, parse_rolls
from composer.errors import RequestError
from composer.key_names import parse_key
from composer.music.score import Key, Metre, Mode
from composer.performance import midi
from composer.planning.plan import RELEASE_SECONDS
from composer.request import Request, read_settings

games = pytest.mark.parametrize("game", list(GAMES))
SEVENS = Rolls((7,) * 16)


def composed(**options):
    return compose(Request(**{"seconds": 60, "model": "dice", "seed": 4, **options}), DiceEngine())


@games
@pytest.mark.parametrize("seconds", [5, 33, 128.5, 300])
def test_piece_is_exactly_as_long_as_asked(game, seconds):
    piece = composed(game=game, seconds=seconds)

    again, _ = midi.read(piece.midi)
    assert again.seconds == pytest.approx(seconds - RELEASE_SECONDS, abs=1e-3)


@games
def test_seed_throws_the_dice(game):
    first, again, other = (composed(game=game, seed=seed) for seed in (1, 1, 2))

    assert first.midi == again.midi
    assert first.settings["rolls"] != other.settings["rolls"]


@games
def test_piece_is_repeated_from_its_own_midi(game):
    first = composed(game=game, seconds=140)
    _, settings = midi.read(first.midi)

    again = compose(Request(**read_settings(settings)), DiceEngine())

    assert again.midi == first.midi
    assert again.remark == first.remark


def test_thrown_rolls_stand_in_the_settings_and_below_the_piece():
    piece = composed(game="waltz", seconds=38)

    _, settings = midi.read(piece.midi)
    rolls = parse_rolls(str(settings["rolls"]))
    assert len(rolls.numbers) == 16
    assert piece.remark.endswith(f"Dice: waltz {rolls}")


def test_named_rolls_make_the_same_piece_whatever_the_seed():
    first, other = (composed(game="waltz", rolls=SEVENS, seed=seed) for seed in (1, 2))

    assert first.score == other.score
    assert first.settings["rolls"] == str(SEVENS)


def test_without_a_game_the_seed_chooses_one():
    named = {composed(seed=seed).settings["game"] for seed in range(4)}

    assert named == set(GAMES)


def test_piece_is_named_after_its_dance_and_key():
    piece = composed(game="kirnberger", seconds=78)

    assert piece.title == "Minuet and trio in D major"
    assert piece.plan.metre == Metre(3, 4)
    assert piece.tokens == ()


def test_piece_may_stand_in_another_key_trio_and_all():
    printed, moved = (
        composed(game="kirnberger", seconds=78),
        composed(game="kirnberger", seconds=78, key=parse_key("E flat")),
    )

    assert (moved.score.key, moved.title) == (Key(3, Mode.MAJOR), "Minuet and trio in E flat major")
    assert moved.score.key_changes[0].key == Key(3, Mode.MINOR)
    assert [note.pitch for note in moved.score.notes] == [note.pitch + 1 for note in printed.score.notes]


def test_tempo_is_honoured_as_nearly_as_whole_strains_allow():
    piece = composed(game="waltz", seconds=60, tempo=100.0)

    assert piece.plan.beats_per_minute == pytest.approx(100, rel=0.25)


def test_progress_is_told_and_may_end_the_work():
    told = []

    compose(Request(seconds=20, model="dice", game="waltz"), DiceEngine(), progress=lambda *bars: told.append(bars))

    assert told == [(16, 16)]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"rolls": SEVENS}, "rolls need a game; name one of minuet, waltz, contredanse, kirnberger"),
        ({"game": "waltz", "rolls": Rolls((7, 3))}, "60 seconds of waltz take 16 or 32 rolls, not 2"),
        (
            {"game": "kirnberger", "rolls": SEVENS},
            "roll 1 must be 1 to 6, which one die can show in a minuet, not 7",
        ),
        ({"game": "waltz", "key": Key(9, Mode.MINOR)}, "a waltz stands in major, not in A minor; ask for a major key"),
        ({"game": "waltz", "metre": Metre(4, 4)}, "dice cannot be told the metre; leave it out, or choose another"),
        ({"style": "band"}, "dice has not learned the style band; it knows piano, classical"),
    ],
)
def test_what_dice_cannot_do_is_refused_in_one_sentence(options, sentence):
    with pytest.raises(RequestError) as refused:
        composed(**options)

    assert str(refused.value).startswith(sentence)


def test_unknown_game_is_answered_with_the_nearest():
    with pytest.raises(RequestError, match=r"I don't know a game called `walz`. Did you mean `waltz`\?"):
        Request(model="dice", game="walz")
