"""What people read is of one piece in each language: one word for a thing, one way to speak to them, and it fits."""

from __future__ import annotations

import re
import string

import pytest

from bot.discord_ui.texts import sentences as texts

FORBIDDEN = {
    "en": ["rat(e|es|ed|ing|ings|er|ers)", "noted", "networks?", "may not", "in line"],
    "de": [
        "bewert\\w*",
        "notiert",
        "netze?n?",
        "protokoll",
        "arbeiter",
        "üblich\\w*",
        "nr\\.",
        "[a-h](is|es|s)? (moll|dur)",
    ],
    "fr": ["not(é|ée|és|ées|er|es-le|e-le)", "réseaux?", "ouvriers?", "enregistrement", "vous", "votre", "vos"],
    "es": ["valor\\w*", "anotad\\w*", "red(es)?", "grabando", "trabajadores", "banda", "usted", "vosotros"],
}
"""Words for which each language has another: vote, model, limit; and what no reader is to be called."""

ADMINS = ("training.", "command.admin", "admin.")
"""Only who runs the bot reads these, and knows what a bit or a loss is."""

FIGURES = re.compile(r"\b(bits?|parameters?|parameter|paramètres|parámetros|loss)\b", re.IGNORECASE)

NOT_COMMANDS_TO_MANY = {"assez", "chez", "nez"}
"""French words that end as an imperative to several people does."""


def spoken():
    """Every sentence and every form of it: language, key, text."""
    for language in texts.LANGUAGES:
        for key, sentence in texts.load(language).sentences.items():
            for text in [sentence] if isinstance(sentence, str) else sentence.values():
                yield language, key, text


def bare(text):
    """A sentence as prose: what is quoted or filled in is one letter."""
    return re.sub(r"`[^`]*`|https?://\S+|\{[^}]*\}", "x", text)


def test_each_thing_has_one_word():
    found = [
        (language, key, match[0])
        for language, key, text in spoken()
        for word in FORBIDDEN[language]
        if (match := re.search(rf"(?<![\w/`]){word}(?!\w)", bare(text), re.IGNORECASE))
    ]

    assert found == []


def test_nobody_but_admins_reads_figures_of_models():
    assert [
        (language, key) for language, key, text in spoken() if FIGURES.search(bare(text)) and not key.startswith(ADMINS)
    ] == []


def test_french_people_are_spoken_to_as_tu():
    imperatives = [
        (key, word)
        for language, key, text in spoken()
        if language == "fr"
        for word in re.findall(r"\b\w+ez\b", text, re.IGNORECASE)
        if word.lower() not in NOT_COMMANDS_TO_MANY
    ]

    assert imperatives == []


def test_marks_stand_as_each_language_sets_them():
    for language, key, text in spoken():
        assert "  " not in text, (language, key)
        if language == "fr":
            assert not re.search(r"\w[;!?»]|\w:(?!\w)|«\w", bare(text)), key
        else:
            assert not re.search(r"\s[;!?:](?!\w)", bare(text)), (language, key)
        assert not re.search(r"\s%" if language == "en" else r"(?<!\u00a0)%", text), (language, key)


FILLED = {"count": 1_000_000, "title": "x" * 60, "sentence": "x" * 100, "things": "x" * 250, "options": "x" * 200}
"""What the longest placeholders may hold; every other gets twenty characters."""

LIMITS = {
    "button.": 80, "change.title": 45, "change.more_about": 100, "change.": 45, "help.": 1000, ".title": 256,
    "models.choice": 100, "period.": 100, "style.": 100, "game.": 100, "instrument.": 100, "activate.": 100,
}  # fmt: skip
"""Characters that Discord takes for it; of all that is not named, a message holds 2,000."""

MESSAGE = 2000


def limit_of(key):
    return next((most for part, most in LIMITS.items() if key.startswith(part) or key.endswith(part)), MESSAGE)


def test_every_sentence_fits_where_discord_shows_it():
    for language, key, text in spoken():
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        filled = text.format(**{name: FILLED.get(name, "x" * 20) for name in names})
        assert 1 <= len(filled) <= limit_of(key), (language, key)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_names_of_commands_are_such_as_discord_takes(language):
    say = texts.load(language)
    menus = {"command.rate.name", "command.carryon.name"}
    names = {key: say(key) for key in say.sentences if re.fullmatch(r"command\.\w+\.name", key)}

    assert all(1 <= len(name) <= 32 for name in names.values())
    assert all(re.fullmatch(r"[\w-]+", name) and name.islower() for key, name in names.items() if key not in menus)
    groups = [name for key, name in names.items() if "_" not in key]
    assert len(groups) == len(set(groups))
