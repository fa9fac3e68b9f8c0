from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from composer.decoding.silence_bias import SilenceBias
from composer.music.score import Metre, Mode, Note, Part, Score
from composer.planning.constraints import PieceConstraints
from composer.tokens import vocabulary
from composer.tokens.tokenizer import encode, quantised
from composer.tokens.vocabulary import Kind, token_of
from tests.composer.pieces import line, score_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


HANDS = frozenset({Part.MELODY, Part.ACCOMPANIMENT})


def bias_after(score: Score, parts: frozenset[Part] = HANDS) -> NDArray[np.float32]:
    """What is added to the logits when all bars of a score have been read."""
    bias = SilenceBias(PieceConstraints(metre=Metre(4, 4), bars=16, mode=Mode.MAJOR, parts=parts))
    for token in encode(quantised(score))[:-1]:
        bias.read(token)
    logits = np.zeros(vocabulary.VOCABULARY_SIZE, np.float32)
    bias.add_to(logits)
    return logits


def of(part: Part, pitch: int) -> int:
    return token_of(Kind.DRUM if part is Part.DRUMS else Kind.PITCH, pitch, part)


def test_part_that_has_been_silent_becomes_likelier() -> None:
    logits = bias_after(score_of(*line([72] * 16), bars=4))

    assert logits[of(Part.ACCOMPANIMENT, 48)] > 2
    assert logits[of(Part.MELODY, 72)] == 0
    assert logits[token_of(Kind.BAR)] == 0


def test_longer_silence_leans_more_up_to_a_limit() -> None:
    biases = [
        bias_after(score_of(*line([72] * 4 * bars), bars=bars))[of(Part.ACCOMPANIMENT, 48)] for bars in (1, 2, 3, 9, 12)
    ]

    assert biases == sorted(biases)
    assert biases[0] == 0
    assert biases[-1] == biases[-2]


def test_long_note_is_no_silence() -> None:
    held = Note(0, 288, 48, 75, Part.ACCOMPANIMENT)

    assert not bias_after(score_of(*line([72] * 16), held, bars=4)).any()


def test_only_parts_of_the_frame_are_waited_for() -> None:
    logits = bias_after(score_of(*line([72] * 16), bars=4), parts=frozenset({Part.MELODY, Part.DRUMS}))

    assert logits[of(Part.DRUMS, 38)] > 0
    assert logits[of(Part.BASS, 40)] == 0
