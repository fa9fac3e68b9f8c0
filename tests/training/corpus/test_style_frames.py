"""Styles let sound what people write in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from composer.music.score import Part
from composer.styles.table import STYLES
from composer.tokens.vocabulary import BAR, END, START, Kind, token_of
from training.corpus.style_frames import Chords
from training.evaluation import fixture

if TYPE_CHECKING:
    from training.corpus.dataset import CorpusEntry

HELD_OUT = fixture.load()

MOST_OUTSIDE = 0.06
"""Share of a section's chords: a frame leaves out one in a hundred of the style, and one piece has more of them."""


def struck(pitch: int, part: Part = Part.ACCOMPANIMENT) -> int:
    return token_of(Kind.PITCH, pitch, part)


def chords_of(*tokens: int) -> Chords:
    counted = Chords()
    counted.read([START, BAR, token_of(Kind.POSITION, 0), *tokens, END])
    return counted


def test_a_chord_is_what_one_part_strikes_at_one_onset() -> None:
    counted = chords_of(
        struck(72, Part.MELODY),
        struck(60),
        token_of(Kind.DURATION, 24),
        struck(36),
        token_of(Kind.POSITION, 24),
        struck(43),
    )

    assert (counted.spans, counted.sizes) == ([24], [1, 2, 1])
    assert counted.bars == [7]


def test_a_frame_leaves_out_the_widest_in_a_hundred() -> None:
    counted = Chords(spans=[12] * 99 + [47], sizes=[2] * 200)

    assert (counted.reach, counted.fullest) == (12, 2)
    assert counted.share_outside(reach=12, fullest=2) == pytest.approx(0.01)
    assert counted.share_outside(reach=47, fullest=1) == 1


@pytest.mark.parametrize("entry", HELD_OUT.entries, ids=lambda entry: f"{entry.style}-{entry.name}")
def test_a_held_out_section_may_sound_in_its_style(entry: CorpusEntry) -> None:
    style, counted = STYLES[entry.style], Chords()
    counted.read(HELD_OUT.tokens[entry.start : entry.start + entry.length].tolist())

    assert counted.share_outside(reach=style.reach, fullest=style.fullest) <= MOST_OUTSIDE
