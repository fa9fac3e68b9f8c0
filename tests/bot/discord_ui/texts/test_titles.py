"""A piece is called in the language of whoever reads of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.titles import word_title
from composer.dances.draft import JIG, RAG, REEL
from composer.dice import captions
from composer.dice.form import Dance, Row
from composer.dice.games import GAMES
from composer.key_names import spell_key
from composer.music.score import Key, Metre, Mode
from composer.planning.plan import plan_piece
from composer.planning.titles import make_title
from composer.raw_audio.engine import TITLE
from composer.request import Request
from composer.styles.table import STYLE_NAMES
from composer.titles import form_id, join_title, split_title
from composer.tutorial.engine import FORM
from tests.bot.discord_ui.discord_world import listed, open_discord_world

MAJOR = Key(3, Mode.MAJOR)
METRES = (Metre(4, 4), Metre(3, 4), Metre(6, 8), Metre(2, 4))


def network_titles():
    """A title of every form that a planned piece can have."""
    plan = plan_piece(Request(), np.random.default_rng(0))
    for style, metre, tempo, density, mode in product(STYLE_NAMES, METRES, (60.0, 90.0, 140.0), (1, 7), Mode):
        each = replace(plan, metre=metre, beats_per_minute=tempo, key=Key(3, mode))
        yield make_title(each, style=style, density=density)


def dice_titles():
    """A title of every form that a dice game can have."""
    for game in GAMES.values():
        rows = [[Dance("AABB")], [Dance("AABB"), Dance("AABB")], [Dance("AB", skipped=13)]]
        rows += [[Dance("ABabAB")]] if game.has_trio else []
        for dances in rows:
            yield captions.make_title(game, Row(tuple(dances)), MAJOR)


def parts(title):
    """Form and key of a title; without a key where there is none."""
    return split_title(title) or (title, None)


STOCHASTIC_TITLES = {"Clouds of points", "Points and glissandi", "Blocks of sound"}
TUTORIAL_TITLES = {join_title(FORM, MAJOR)}
DANCE_TITLES = {join_title(kind.title, MAJOR) for kind in (REEL, JIG, RAG)}
TITLES = sorted({*network_titles(), *dice_titles(), *STOCHASTIC_TITLES, *TUTORIAL_TITLES, *DANCE_TITLES, TITLE})


@pytest.mark.parametrize("language", sentences.LANGUAGES)
@pytest.mark.parametrize("title", TITLES)
def test_every_title_has_its_words_in_every_language(title, language):
    say = sentences.load(language)
    form, key = parts(title)
    name, count = form_id(form)

    worded = word_title(title, say)

    assert say(f"title.form.{name}", count=count) in worded
    assert key is None or worded.endswith(f" {spell_key(key, language)}")
    assert language != "en" or worded == title


def test_no_form_has_a_word_that_no_title_needs():
    words = {key for key in sentences.load("en").sentences if key.startswith("title.form.")}

    assert words == {f"title.form.{form_id(parts(title)[0])[0]}" for title in TITLES}


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("de", ["Nocturne in Es-Dur", "Präludium in fis-Moll", "Suite aus 3 Walzern in C-Dur"]),
        ("fr", ["Nocturne en mi bémol majeur", "Prélude en fa dièse mineur", "Suite de 3 valses en do majeur"]),
        ("es", ["Nocturno en mi bemol mayor", "Preludio en fa sostenido menor", "Suite de 3 valses en do mayor"]),
    ],
)
def test_titles_read_as_on_a_programme(language, titles):
    english = ["Nocturne in E flat major", "Prelude in F sharp minor", "Suite of 3 waltzes in C major"]

    assert [word_title(title, sentences.load(language)) for title in english] == titles


@pytest.mark.parametrize("title", ["Drone", "One chord in pieces", "Drone in C major", "", "in C major"])
def test_a_title_of_an_engine_s_own_stays_as_it_is(title):
    assert word_title(title, sentences.load("de")) == title


async def test_everybody_reads_the_title_in_their_own_language(tmp_path):
    async with open_discord_world(tmp_path) as here:
        here.say("fr")
        piece = await here.composed()

        worded = "Nocturne en mi bémol majeur"
        assert worded in here.message(piece).embeds[0].description
        assert worded in listed((await here.ann.slash(here.channel, "history")).response.message)[1]
        assert (await here.ann.autocomplete(here.channel, "track", "number", "1"))[0]["name"] == f"#1 {worded}"
        assert piece.title == "Nocturne in E flat major"
