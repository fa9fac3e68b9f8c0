from __future__ import annotations

import numpy as np

from composer.decoding.loop import BiasStrengths
from composer.decoding.recall_bias import RecallBias
from composer.music.measures import measure
from composer.music.score import Metre, Mode, Part
from composer.planning.constraints import PieceConstraints
from composer.planning.form import recalled_bars
from composer.tokens import vocabulary
from composer.tokens.vocabulary import Kind, token_of
from tests.composer.scripted import drawn_from_noise

CONSTRAINTS = PieceConstraints(metre=Metre(4, 4), bars=16, mode=Mode.MAJOR)


def returns(recall: float) -> float:
    return measure(drawn_from_noise(CONSTRAINTS, BiasStrengths(recall=recall)))["returns"]


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
        recall.add_to(logits)
        expected.append(np.flatnonzero(logits).tolist())

    assert expected == [[token] for token in bar]
