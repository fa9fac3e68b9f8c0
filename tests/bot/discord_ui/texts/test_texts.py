"""Every language says the same things, and Discord takes them."""

from __future__ import annotations

import re
import string

import pytest

from bot.discord_ui.refusal_texts import lacking
from bot.discord_ui.texts import sentences as texts
from composer.performance.instruments import INSTRUMENTS
from composer.styles.table import STYLE_NAMES

OTHERS = [language for language in texts.LANGUAGES if language != "en"]
COMMAND = re.compile(r"(?<![\w/])/(\w+)")


def placeholders(sentence: texts.Sentence) -> set[str]:
    forms = [sentence] if isinstance(sentence, str) else sentence.values()
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name is not None}


def all_text(sentence: texts.Sentence) -> str:
    return sentence if isinstance(sentence, str) else " ".join(sentence.values())


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_sentences(language):
    assert texts.load(language).sentences.keys() == texts.load("en").sentences.keys()


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_fills_in_the_same_values(language):
    english, other = texts.load("en").sentences, texts.load(language).sentences

    assert {key: placeholders(other[key]) for key in english} == {key: placeholders(english[key]) for key in english}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_command_that_a_sentence_names_is_called_so_in_that_language(language):
    catalogue = texts.load(language)
    names = {catalogue(key) for key in catalogue.sentences if re.fullmatch(r"command\.\w+\.name", key)}
    named = {name for sentence in catalogue.sentences.values() for name in COMMAND.findall(all_text(sentence))}

    assert named <= names


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_names_and_descriptions_are_such_as_discord_takes(language):
    sentences = texts.load(language).sentences
    options = [key for key in sentences if key.startswith("option.") and key.endswith(".name")]
    abouts = [key for key in sentences if key.endswith(".about")]

    assert all(re.fullmatch(r"[\w-]{1,32}", all_text(sentences[key])) for key in options)
    assert all(all_text(sentences[key]).islower() for key in options)
    assert all(len(all_text(sentences[key])) <= 100 for key in abouts)
    assert len({all_text(sentences[key]) for key in options}) == len(options)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_style_and_instrument_has_a_name(language):
    catalogue = texts.load(language)

    assert all(f"style.{style}" in catalogue for style in STYLE_NAMES)
    assert all(f"instrument.{instrument.name}" in catalogue for instrument in INSTRUMENTS)


@pytest.mark.parametrize(
    ("number", "place"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_places_are_spoken_in_english(number, place):
    assert texts.load("en").place(number) == place


def test_a_sentence_takes_the_form_of_its_number():
    english = texts.load("en")

    assert english("votes", approval=50, count=1) == "👍 50% (1 vote)"
    assert english("votes", approval=50, count=2) == "👍 50% (2 votes)"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_one_is_never_said_like_several(language):
    counted = {
        key: forms
        for key, forms in texts.load(language).sentences.items()
        if not isinstance(forms, str) and key != "place"
    }

    assert {"refusal.on_the_way", "refusal.quota", "queue.others", "votes", "refusal.queue_full"} <= counted.keys()
    assert all(forms["one"] != forms["other"] for forms in counted.values())


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "You've used your one piece for this hour. You can ask for the next one soon."),
        ("de", "Dein Stück für diese Stunde ist verbraucht. Das nächste ist soon möglich."),
        ("fr", "Tu as utilisé ton unique morceau de cette heure. Tu pourras demander le prochain soon."),
        ("es", "Has usado tu única pieza de esta hora. Podrás pedir la próxima soon."),
    ],
)
def test_a_quota_of_one_reads_right(language, sentence):
    assert texts.load(language)("refusal.quota", count=1, when="soon") == sentence


@pytest.mark.parametrize(
    ("permission", "sentence"),
    [
        ("attach_files", "Je n'ai pas le droit de joindre des fichiers dans ce salon."),
        ("send_messages", "Je n'ai pas le droit d'écrire dans ce salon."),
    ],
)
def test_what_the_bot_may_not_do_is_said_in_french_as_people_say_it(permission, sentence):
    assert lacking(permission).sentence(texts.load("fr")).startswith(sentence)


@pytest.mark.parametrize(
    ("seconds", "span"), [(0.2, "1 s"), (12, "12 s"), (119, "119 s"), (120, "2 min"), (400, "7 min")]
)
def test_a_wait_is_told_in_seconds_and_then_in_minutes(seconds, span):
    assert texts.load("en").span(seconds) == span


def test_numbers_have_the_language_s_decimal_mark():
    assert texts.load("en").number(0.50) == "0.5"
    assert texts.load("de").number(1.25) == "1,25"
    assert texts.load("fr").number(72.0) == "72"


@pytest.mark.parametrize(
    ("locale", "language"), [("en-GB", "en"), ("de", "de"), ("es-419", "es"), ("fr", "fr"), ("ja", "en")]
)
def test_a_locale_finds_its_language_or_english(locale, language):
    assert texts.sentences(locale).language == language


@pytest.mark.parametrize(
    ("key", "values", "sentence"),
    [
        (
            "refusal.on_the_way",
            {"count": 3},
            "You already have 3 pieces in progress. I can start another when one is done.",
        ),
        (
            "refusal.quota",
            {"count": 20, "when": "soon"},
            "You've used all 20 pieces for this hour. You can ask for the next one soon.",
        ),
        ("refusal.queue_full", {"count": 20, "when": "soon"}, "The queue is full (20 pieces). Please try again soon."),
        (
            "refusal.model_near",
            {"name": "wavnet", "near": "wavenet"},
            "There is no model called `wavnet`. Did you mean `wavenet`?",
        ),
        ("refusal.cap", {"seconds": 120}, "Pieces can be up to 120 s here. Try `/compose length:120`."),
        (
            "refusal.permission",
            {"action": "attach files", "permission": "Attach Files"},
            (
                "I'm not allowed to attach files in this channel. "
                "Ask a moderator to give me **Attach Files**, or use `private:True`."
            ),
        ),
        (
            "stage.failed",
            {"reference": "7F3A"},
            "Something went wrong while composing (ref 7F3A). It doesn't count against your limit.",
        ),
        ("stage.requeued", {}, "I was restarted while composing. Your piece is back in the queue."),
        ("stage.queued", {"place": "2nd", "wait": "12 s"}, "In the queue: 2nd, starting in about 12 s"),
        ("stage.composing", {"bar": 9, "bars": 24}, "Composing, bar 9 of 24"),
        ("stage.rendering", {}, "Rendering the audio"),
    ],
)
def test_english_people_read_these_very_words(key, values, sentence):
    assert texts.load("en")(key, **values) == sentence
