"""The form is filled in with a piece's settings, and gives back what a person made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.discord_ui.options.change_form import ChangeForm, submitted
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences

if TYPE_CHECKING:
    from composer.options import Wishes

WISHES: Wishes = {
    "seconds": 60.0,
    "style": "piano",
    "instrument": "harp",
    "key": "E flat major",
    "model": "wavenet@3",
    "metre": "3/4",
    "tempo": 72.0,
    "creativity": 0.5,
    "seed": 81723,
}


def form_data(**fields):
    """A form as Discord hands it in."""
    selects = {"style", "instrument"}
    return {
        "components": [
            {
                "type": 18,
                "component": {"custom_id": name, "values" if name in selects else "value": value},
            }
            for name, value in fields.items()
        ]
    }


def handed_in(form):
    """The data of a form that nobody changed."""
    fields = {}
    for label in form.to_dict()["components"]:
        inner = label["component"]
        chosen = [option["value"] for option in inner.get("options", ()) if option.get("default")]
        fields[inner["custom_id"]] = chosen if "options" in inner else inner.get("value", "")
    return form_data(**fields)


@pytest.mark.parametrize("language", sentences.LANGUAGES)
async def test_a_form_that_nobody_changed_gives_the_same_settings(language):
    say = sentences.load(language)

    assert submitted(handed_in(ChangeForm(142, WISHES, say)), say, WISHES) == WISHES


@pytest.mark.parametrize("language", sentences.LANGUAGES)
async def test_the_form_is_such_as_discord_takes(language):
    form = ChangeForm(1_234_567, WISHES, sentences.load(language)).to_dict()

    assert len(form["title"]) <= 45
    assert all(len(label["label"]) <= 45 for label in form["components"])
    assert all(len(label.get("description") or "") <= 100 for label in form["components"])
    assert len(form["components"]) <= 5
    inner = [label["component"] for label in form["components"]]
    assert all(len(field.get("options", ())) <= 25 for field in inner)
    assert all(len(option["label"]) <= 100 for field in inner for option in field.get("options", ()))
    # Discord refuses a form that is filled in with more than it lets a person type.
    assert all(len(field["value"]) <= field["max_length"] for field in inner if "value" in field)


@pytest.mark.parametrize("language", sentences.LANGUAGES)
async def test_what_is_open_stays_open_and_what_is_any_stays_any(language):
    say = sentences.load(language)
    before: Wishes = {"seconds": 30.0, "style": "piano", "key": None, "tempo": None}

    form = ChangeForm(1, before, say)

    assert submitted(handed_in(form), say, before) == before


def test_an_emptied_field_says_any():
    say = sentences.load("en")

    settings = submitted(form_data(length="60", instrument=[], key=""), say, {"seconds": 60, "key": "C major"})

    assert settings == {"seconds": 60, "key": None}


def test_a_length_may_be_written_as_people_do():
    assert submitted(form_data(length=" 1:30 "), sentences.load("en"), {}) == {"seconds": 90}


def test_options_may_be_named_in_english_or_in_one_s_own_language():
    german = sentences.load("de")

    settings = submitted(form_data(length="60", more="model:lstm Kreativität:0,3 taktart:3/4 tempo:any"), german, {})

    assert settings == {"seconds": 60, "model": "lstm", "creativity": 0.3, "metre": "3/4", "tempo": None}


def test_a_text_may_have_several_words():
    settings = submitted(form_data(length="60", more="rolls:7 3 11 tempo:72 game:waltz"), sentences.load("en"), {})

    assert settings == {"seconds": 60, "rolls": "7 3 11", "tempo": 72, "game": "waltz"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"length": "long"}, "`length` must be between 5 and 300."),
        ({"length": "1:xx"}, "`length` must be between 5 and 300."),
        ({"length": "nan"}, "`length` must be between 5 and 300."),
        ({"length": "60", "more": "tempo:1000"}, "`tempo` must be between 40 and 200."),
        ({"length": "60", "more": "seed:1.5"}, "`seed` must be between 0 and 9007199254740991."),
        ({"length": "60", "more": "metre:3/7"}, "I don't know the metre `3/7`. Try 3/4 or 6/8."),
        (
            {"length": "60", "more": "game:chess"},
            "I don't know a game called `chess`. There are minuet, waltz, contredanse, kirnberger.",
        ),
        (
            {"length": "60", "more": "rolls:7 3 13"},
            "I can't read `13` as a roll. Write numbers from 1 to 12, like 7 3 11.",
        ),
        ({"length": "60", "more": "tempo:72 louder"}, "I can't read `louder`. Write options like `tempo:72`."),
        ({"length": "60", "more": "louder"}, "I can't read `louder`. Write options like `tempo:72`."),
        ({"length": "60", "more": "size:3"}, "I can't read `size:3`. Write options like `tempo:72`."),
        (
            {"length": "60", "key": "X`"},
            "I don't know the key `X'`. Try C, Am, Eb major or F# minor.",
        ),
    ],
)
def test_what_cannot_be_understood_is_told(fields, sentence):
    english = sentences.load("en")

    with pytest.raises(RefusalError) as refused:
        submitted(form_data(**fields), english, {})

    assert refused.value.sentence(english) == sentence
