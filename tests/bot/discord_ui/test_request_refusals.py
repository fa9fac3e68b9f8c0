"""What the composer refuses is told in the reader's language, whichever engine refuses it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.discord_ui.refusal_texts import refusal_error, request_refusal
from bot.discord_ui.texts import sentences
from bot.errors import BadOption
from composer import engines
from composer.dice.rolls import Rolls, parse_rolls
from composer.errors import RequestError
from composer.music.score import Key, Metre, Mode
from composer.parsing import parse_chords
from composer.reading.refusals import SENTENCES
from composer.request import Request
from tests.bot.discord_ui.discord_world import open_discord_world
from tests.bot.discord_ui.test_refusals import told
from tests.composer.hum import Hum

if TYPE_CHECKING:
    from collections.abc import Mapping

SEVENS = Rolls((7,) * 16)
REFUSED = {
    "length_of_model": ({"model": "hum", "seconds": 60}, ["`hum`", "5", "15"]),
    "no_sliding": ({"model": "stochastic", "glissandi": 1.0}, ["Klavier"]),
    "no_rules_for_metre": ({"model": "grammar", "metre": Metre(5, 4)}, ["5/4"]),
    "rolls_need_game": ({"model": "dice", "rolls": SEVENS}, []),
    "only_major": ({"model": "dice", "game": "waltz", "key": Key(9, Mode.MINOR)}, ["Walzer"]),
    "number_of_rolls": ({"model": "dice", "game": "waltz", "rolls": Rolls((7, 3))}, ["16 / 32", "2"]),
    "roll_range": ({"model": "dice", "game": "kirnberger", "seconds": 78, "rolls": Rolls((7,) * 32)}, ["1", "6", "7"]),
}
"""By reason: what is asked for, and what a German sentence about it tells."""


PARSED = [
    ("no_roll", parse_rolls, "13", "`13`"),
    ("unknown_chord", parse_chords, "C H G", "`H`"),
    ("no_chords", parse_chords, "|", "Am F C G"),
    ("chords_in_bar", parse_chords, "C G C G C | F", "4"),
]
"""By reason: what reads a text that it cannot read, and what a French sentence tells of it."""


@pytest.fixture(autouse=True)
def _hum(monkeypatch):
    monkeypatch.setitem(engines.BUILT_IN, "hum", Hum())


GIVEN: dict[str, Mapping[str, object]] = {
    **{reason: dict.fromkeys(re.findall(r"{(\w+)}", told), "2/4") for reason, told in SENTENCES.items()},
    "recording_extra": {},
    "no_theme": {"model": "grammar"},
    "given_fills": {"seconds": 280, "longest": 300},
    "given_outlasts": {"seconds": 20, "least": 28},
    "given_overlong": {"seconds": 400, "longest": 300},
}
"""What is told, by the reason for which given music is refused."""


def refused(options) -> RequestError:
    with pytest.raises(RequestError) as refusal:
        engines.find(options["model"]).check(Request(**options))
    return refusal.value


@pytest.mark.parametrize("reason", REFUSED)
def test_an_engine_s_refusal_is_worded_by_each_language(reason):
    options, told_of = REFUSED[reason]
    error = refused(options)

    worded = refusal_error(BadOption(str(error), error.reason, error.values))

    assert error.reason == reason
    assert all(words in worded.sentence(sentences.load("de")) for words in told_of)
    assert len({worded.sentence(sentences.load(language)) for language in sentences.LANGUAGES}) == 4


@pytest.mark.parametrize(("reason", "parse", "text", "told_of"), PARSED)
def test_what_cannot_be_read_is_worded_by_each_language(reason, parse, text, told_of):
    with pytest.raises(RequestError) as refusal:
        parse(text)

    worded = request_refusal(str(refusal.value), refusal.value.reason, refusal.value.values)

    assert refusal.value.reason == reason
    assert told_of in worded.sentence(sentences.load("fr"))
    assert len({worded.sentence(sentences.load(language)) for language in sentences.LANGUAGES}) == 4


def test_no_language_has_words_for_what_nobody_refuses():
    words = {key for key in sentences.load("en").sentences if key.startswith("request.")}

    assert words == {f"request.{reason}" for reason in (*REFUSED, *(reason for reason, *_ in PARSED), *GIVEN)}


@pytest.mark.parametrize("reason", GIVEN)
def test_a_fault_of_given_music_is_worded_by_each_language_with_all_it_tells(reason):
    worded = request_refusal("", reason, GIVEN[reason])

    said = [worded.sentence(sentences.load(language)) for language in sentences.LANGUAGES]
    assert len(set(said)) == 4
    assert all(str(value) in sentence for value in GIVEN[reason].values() for sentence in said)


def test_a_refusal_that_no_language_knows_is_told_in_the_composer_s_words():
    worded = request_refusal("drone holds one chord; leave the metre out", "one_chord", {})

    assert worded.sentence(sentences.load("es")) == "drone holds one chord; leave the metre out"


async def test_people_are_told_in_their_language(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.say("es")

        answer = await here.ann.slash(here.channel, "compose", model="stochastic", glissandi=2.0)

        expected = request_refusal("", "no_sliding", {"instrument": "piano"}).sentence(sentences.load("es"))
        assert told(answer) == expected
