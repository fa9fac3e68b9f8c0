"""Commands that sentences name can be clicked."""

from __future__ import annotations

import re

import pytest

from bot.discord_ui.texts import sentences as texts

IN_BACKTICKS = re.compile(r"`/[^`]+`")
PLAIN = re.compile(r"(button|command|option|style|instrument|game|period|change)\.|.*\.title$")
"""Keys of what Discord shows without any marking: labels, names, descriptions, titles, and the form."""


def forms(catalogue):
    for key, sentence in catalogue.sentences.items():
        yield from ((key, form) for form in ([sentence] if isinstance(sentence, str) else sentence.values()))


def all_ids():
    english = texts.load("en")
    roots = {key.split(".")[1].split("_")[0] for key in english.sentences if key.startswith("command.")}
    return {english(f"command.{root}.name"): number for number, root in enumerate(sorted(roots), 1)}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_command_that_a_sentence_names_can_be_clicked_once_its_id_is_known(language):
    named = {key for key, form in forms(texts.load(language)) if IN_BACKTICKS.search(form)}
    texts.know_commands(all_ids())

    readable = list(forms(texts.sentences(language)))
    assert {key for key, form in readable if "</" in form} == named
    assert {key: form for key, form in readable if IN_BACKTICKS.search(form)} == {}


def test_a_mention_is_discord_s_name_of_the_command_whatever_the_reader_calls_it():
    texts.know_commands({"compose": 7, "privacy": 8})
    say = texts.sentences("de")

    assert say("queue.empty") == "Die Warteschlange ist leer. </compose:7> fängt sofort an."
    assert say("privacy.how") == "</privacy export:8> schickt dir alles. </privacy delete:8> löscht alles."


def test_options_that_a_mention_cannot_hold_stand_behind_it():
    texts.know_commands({"compose": 7})

    assert texts.sentences("en")("refusal.cap", seconds=120).endswith("Try </compose:7> `length:120`.")


def test_a_command_whose_id_is_unknown_is_plain_text():
    assert texts.sentences("en")("queue.empty") == "The queue is empty. `/compose` starts right away."


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_mention_stands_where_discord_would_show_it_as_it_is_written(language):
    assert {key for key, form in forms(texts.load(language)) if PLAIN.match(key) and IN_BACKTICKS.search(form)} == set()
