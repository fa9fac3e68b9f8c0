"""What an engine says of a piece is told in the language of whoever reads it."""

from __future__ import annotations

import pytest

from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.remarks import word_chords, word_remark
from composer.dice.captions import make_remark
from composer.dice.form import Dance, Row
from composer.dice.games import GAMES
from composer.dice.rolls import Rolls

ONE_BY_ONE = " ".join(["3"] * 16)


def remark_of(name):
    dances = Row((Dance("ABabAB" if GAMES[name].has_trio else "AB"),))
    return make_remark(GAMES[name], dances, Rolls((3,) * 16 * dances.dances[0].tables))


@pytest.mark.parametrize("name", list(GAMES))
def test_every_dice_game_is_credited_in_every_language(name):
    remark = remark_of(name)

    worded = {language: word_remark(remark, sentences.load(language)) for language in sentences.LANGUAGES}

    assert worded["en"] == remark
    assert len(set(worded.values())) == 4


def test_rolls_stay_and_dances_are_called_as_readers_call_them():
    worded = word_remark(remark_of("minuet"), sentences.load("de"))

    assert worded == f"Takte von Maximilian Stadler. Würfel: Menuett {ONE_BY_ONE}, Trio {ONE_BY_ONE}"


@pytest.mark.parametrize("remark", [None, "", "Xenakis · 15 x 4.0 s", "Somebody's bars. Dice: waltz 7 3 11"])
def test_a_remark_without_words_of_ours_stays_as_it_is(remark):
    assert word_remark(remark, sentences.load("fr")) == remark


def test_chords_name_their_keys_in_the_language_of_the_reader():
    """A German b is a B flat."""
    worded = {language: word_chords("Eb: I | V7 b: i6", sentences.load(language)) for language in sentences.LANGUAGES}

    assert worded["de"] == "Es-Dur: I | V7 h-Moll: i6"
    assert worded["en"] == "E flat major: I | V7 B minor: i6"
    assert len(set(worded.values())) == len(worded)
