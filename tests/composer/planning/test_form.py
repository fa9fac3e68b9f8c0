from __future__ import annotations

import numpy as np

from composer.decoding.loop import BiasStrengths
from composer.music.measures import measure
from composer.music.score import Metre, Mode, Part
from composer.planning.constraints import PieceConstraints
from composer.planning.form import FORMS, RecallBias, recalled_bars
from composer.tokens import vocabulary
from composer.tokens.vocabulary import Kind, token_of
from tests.composer.scripted import drawn_from_noise

FRAME = PieceConstraints(metre=Metre(4, 4), bars=16, mode=Mode.MAJOR)


def test_four_bar_sections_return_and_close_freely():
    assert recalled_bars(16) == (*[None] * 4, 0, 1, 2, None, *[None] * 4, 0, 1, None, None)


def test_long_pieces_have_eight_bar_sections():
    recalled = recalled_bars(64)

    assert recalled[8:16] == (0, 1, 2, 3, 4, 5, None, None)
    assert recalled[24:30] == (0, 1, 2, 3, 4, 5)


def test_rondo_alternates_from_the_start():
    assert recalled_bars(24, 1)[8:16] == (0, 1, 2, None, *[None] * 4)


def test_sentence_says_its_first_two_bars_twice():
    recalled = recalled_bars(24, 2)

    assert recalled[:8] == (None, None, 0, 1, None, None, None, None)
    assert recalled[8:16] == (0, 1, 2, 3, 4, 5, None, None)
    assert recalled[16:20] == (None, None, 16, 17)


def test_where_only_heads_return_the_section_goes_on_in_another_way():
    assert recalled_bars(20, 3) == (*[None] * 8, 0, *[None] * 7, 0, None, None, None)
    assert recalled_bars(40, 3)[16:24] == (0, 1, *[None] * 6)


def test_in_every_form_something_returns_from_sixteen_bars_on():
    for bars in range(16, 32):
        assert all(set(recalled_bars(bars, form)) != {None} for form in range(len(FORMS)))


def test_short_pieces_recall_nothing_and_the_cadence_is_always_free():
    assert set(recalled_bars(8)) == {None}
    for bars in range(12, 200):
        assert all(recalled_bars(bars, form)[-2:] == (None, None) for form in range(len(FORMS)))


def returns(recall: float) -> float:
    return measure(drawn_from_noise(FRAME, BiasStrengths(recall=recall)))["returns"]


def test_what_returns_is_like_what_it_recalls():
    assert returns(0) < 0.02
    assert returns(12) > 0.15


def test_a_recalled_bar_is_expected_note_by_note():
    bar = [
        token_of(Kind.POSITION, 24),
        token_of(Kind.PITCH, 72, Part.MELODY),
        token_of(Kind.DURATION, 24),
        token_of(Kind.PITCH, 48, Part.ACCOMPANIMENT),
        token_of(Kind.DURATION, 48),
        token_of(Kind.PITCH, 45, Part.ACCOMPANIMENT),
        vocabulary.BAR,
    ]
    rest = [token_of(Kind.POSITION, 0), token_of(Kind.PITCH, 60, Part.MELODY), token_of(Kind.DURATION, 96)]
    recall = RecallBias(recalled_bars(16), strength=1.0)
    for token in [vocabulary.START, vocabulary.BAR, *bar, *rest, vocabulary.BAR, *rest, vocabulary.BAR, *rest]:
        recall.read(token)

    expected = []
    for token in [vocabulary.BAR, *bar[:-1]]:
        recall.read(token)
        logits = np.zeros(vocabulary.VOCABULARY_SIZE, np.float32)
        recall.lean(logits)
        expected.append(np.flatnonzero(logits).tolist())

    assert expected == [[token] for token in bar]
