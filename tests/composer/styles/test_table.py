"""Every style has all that composing in it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from composer.music.score import Metre, Mode
from composer.performance import instruments
from composer.planning.constraints import PieceConstraints
from composer.styles.table import KINDS_OF_PIANO, LEARNED_STYLES, STYLE_NAMES, STYLES
from composer.tokens.conditions import ANY, style_class

if TYPE_CHECKING:
    from composer.styles.style import Style

every_style = pytest.mark.parametrize("style", STYLES.values(), ids=STYLE_NAMES)


@every_style
def test_its_metres_are_all_there_are(style: Style):
    assert sum(own.weight for own in style.statistics.metres.values()) == pytest.approx(100, abs=7)


@every_style
def test_its_instrument_exists(style: Style):
    assert instruments.find(style.instrument).name == style.instrument


@every_style
def test_its_parts_can_play_a_piece(style: Style):
    frame = PieceConstraints(
        metre=Metre(4, 4), bars=1, mode=Mode.MAJOR, parts=style.parts, reach=style.reach, fullest=style.fullest
    )

    assert frame.parts == style.parts


@pytest.mark.parametrize("style", [one for one in STYLES.values() if one.learned_as], ids=lambda one: one.name)
def test_a_style_that_networks_take_for_another_asks_nothing_beyond_that_of_them(style: Style):
    learned = STYLES[style.learned_as]

    assert learned.name in LEARNED_STYLES
    assert style.name not in LEARNED_STYLES
    assert style_class(style.name) == style_class(learned.name) != ANY
    assert style.parts <= learned.parts
    assert (style.reach, style.fullest) <= (learned.reach, learned.fullest)


def test_a_set_of_the_corpus_is_in_one_style_only():
    sources = [source for style in STYLES.values() for source in style.sources]

    assert len(sources) == len(set(sources))


def test_the_kinds_of_piano_music_are_played_as_piano_music():
    assert KINDS_OF_PIANO == ("baroque", "classical", "romantic", "salon")
    for name in KINDS_OF_PIANO:
        assert (STYLES[name].parts, STYLES[name].instrument) == (STYLES["piano"].parts, STYLES["piano"].instrument)
