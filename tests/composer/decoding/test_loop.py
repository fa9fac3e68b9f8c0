from __future__ import annotations

import numpy as np
import pytest

from composer.decoding.loop import MOST_TOKENS_A_BAR, DrawnTokens, decode_candidates
from composer.decoding.sampling import Sampling
from composer.engine import Cancelled
from composer.music.score import Metre, Mode
from composer.planning.constraints import PieceConstraints
from composer.tokens import vocabulary
from composer.tokens.conditions import Conditions
from tests.composer.scripted import NoiseDecoder

CONSTRAINTS = PieceConstraints(metre=Metre(4, 4), bars=4, mode=Mode.MAJOR)


def pieces(*, seed: int = 1, candidates: int = 3, decoder: NoiseDecoder | None = None, **options) -> list[DrawnTokens]:
    return decode_candidates(
        decoder or NoiseDecoder(),
        options.pop("constraints", CONSTRAINTS),
        Conditions(),
        sampling=Sampling(),
        candidates=candidates,
        rng=np.random.default_rng(seed),
        **options,
    )


def test_candidates_are_whole_and_different():
    drawn = pieces()

    assert all(piece.tokens[0] == vocabulary.START and piece.tokens[-1] == vocabulary.END for piece in drawn)
    assert len({piece.tokens for piece in drawn}) == 3


def test_the_same_seed_gives_the_same_pieces():
    assert pieces(seed=5) == pieces(seed=5)
    assert pieces(seed=5) != pieces(seed=6)


def test_finished_candidates_cost_nothing_more():
    decoder = NoiseDecoder()

    drawn = pieces(decoder=decoder)

    assert sum(decoder.batches) == sum(len(piece.tokens) - 1 for piece in drawn)


def test_progress_counts_the_bars_that_all_candidates_have_begun():
    told: list[int] = []

    pieces(progress=told.append)

    assert told == sorted(told)
    assert set(told) == set(range(5))


def test_what_progress_raises_ends_the_generation():
    decoder = NoiseDecoder()

    def stop_in_the_second_bar(bars: int) -> None:
        if bars == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        pieces(decoder=decoder, progress=stop_in_the_second_bar)


class Babbler(NoiseDecoder):
    """Loves notes and hates to move on."""

    def step(self, tokens, inputs):
        logits = super().step(tokens, inputs)
        pitches = vocabulary.token_range(vocabulary.Kind.PITCH)
        logits[:, pitches.start : pitches.stop] += 20
        logits[:, vocabulary.BAR] -= 40
        return logits


def test_no_bar_runs_away():
    constraints = PieceConstraints(metre=Metre(12, 8), bars=2, mode=Mode.MAJOR)

    drawn = pieces(decoder=Babbler(), candidates=1, constraints=constraints)

    assert len(drawn[0].tokens) < 3 * (MOST_TOKENS_A_BAR + 10)
