"""What the composer refuses is told in the reader's language, whichever engine refuses it."""

from __future__ import annotations

import pytest

from bot.discord_ui.refusal_texts import refusal_error, request_refusal
from bot.discord_ui.texts import sentences
from bot.errors import BadOption
from composer import engines
from composer.dice.rolls import Rolls, parse_rolls
from composer.errors import RequestError
from composer.music.score import Key, Mode
from composer.request import Request
from tests.bot.discord_ui.discord_world import open_discord_world
from tests.bot.discord_ui.test_refusals import told

SEVENS = Rolls((7,) * 16)
REFUSED = {
    "no_sliding": ({"model": "stochastic", "glissandi": 1.0}, "Auf diesem Instrument gleitet nichts: Klavier."),
    "rolls_need_game": ({"model": "dice", "rolls": SEVENS}, "Würfe gehören zu einem Spiel."),
    "only_major": (
        {"model": "dice", "game": "waltz", "key": Key(9, Mode.MINOR)},
        "Dieses Spiel steht in Dur: Walzer (",
    ),
    "number_of_rolls": (
        {"model": "dice", "game": "waltz", "rolls": Rolls((7, 3))},
        "Für diese Länge brauche ich 16 / 32 Würfe, nicht 2.",
    ),
    "roll_range": (
        {"model": "dice", "game": "kirnberger", "seconds": 78, "rolls": Rolls((7,) * 32)},
        "Wurf 1 geht von 1 bis 6; du hast 7 geschrieben.",
    ),
}


def refused(options) -> RequestError:
    with pytest.raises(RequestError) as refusal:
        engines.find(options["model"]).check(Request(**options))
    return refusal.value


@pytest.mark.parametrize("reason", REFUSED)
def test_an_engine_s_refusal_is_worded_by_each_language(reason):
    options, german = REFUSED[reason]
    error = refused(options)

    worded = refusal_error(BadOption(str(error), error.reason, error.values))

    assert error.reason == reason
    assert worded.sentence(sentences.load("de")).startswith(german)
    assert len({worded.sentence(sentences.load(language)) for language in sentences.LANGUAGES}) == 4


def test_a_roll_that_is_none_is_worded_by_each_language():
    with pytest.raises(RequestError) as refusal:
        parse_rolls("13")

    worded = request_refusal(str(refusal.value), refusal.value.reason, refusal.value.values)

    assert worded.sentence(sentences.load("fr")).startswith("Je ne peux pas lire `13` comme un lancer.")


def test_no_language_has_words_for_what_nobody_refuses():
    words = {key for key in sentences.load("en").sentences if key.startswith("request.")}

    assert words == {f"request.{reason}" for reason in (*REFUSED, "no_roll")}


def test_a_refusal_that_no_language_knows_is_told_in_the_composer_s_words():
    worded = request_refusal("drone holds one chord; leave the metre out", "one_chord", {})

    assert worded.sentence(sentences.load("es")) == "drone holds one chord; leave the metre out"


async def test_people_are_told_in_their_language(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.say("es")

        answer = await here.ann.slash(here.channel, "compose", model="stochastic", glissandi=2.0)

        assert told(answer).startswith("Nada se desliza en este instrumento: piano. No indiques `glissandi`")
