from __future__ import annotations

import numpy as np
import pytest

from composer.decoding.loop import DrawnTokens, decode_candidates
from composer.decoding.sampling import Sampling
from composer.engine import Cancelled
from composer.music.score import Metre, Mode, Part
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


class Hasty(NoiseDecoder):
    """Fills every place of a bar with notes, as the densest bands of the corpus do, and hates to move on."""

    def step(self, tokens, inputs):
        logits = super().step(tokens, inputs)
        pitches = vocabulary.token_range(vocabulary.Kind.PITCH)
        positions = vocabulary.token_range(vocabulary.Kind.POSITION)
        logits[:, pitches.start : pitches.stop] += 20
        logits[:, positions.start : positions.stop] -= np.arange(len(positions), dtype=np.float32) / 5
        logits[:, vocabulary.BAR] -= 40
        return logits


def test_a_bar_is_as_full_as_the_network_wants_it_to_the_end():
    constraints = PieceConstraints(metre=Metre(4, 4), bars=2, mode=Mode.MAJOR, parts=frozenset(Part))

    drawn = pieces(decoder=Hasty(), candidates=1, constraints=constraints)

    first = drawn[0].tokens[: drawn[0].tokens.index(vocabulary.BAR, 2)]
    struck = {
        event.value for event in map(vocabulary.EVENTS.__getitem__, first) if event.kind is vocabulary.Kind.POSITION
    }
    assert len(first) > 200
    assert max(struck) >= 3 * 24
