from __future__ import annotations

import numpy as np
import pytest

from composer.decoding.sampling import Sampling, draw_tokens, for_creativity

LOGITS = np.log(np.array([[0.5, 0.3, 0.15, 0.05]], np.float32))
ALL = np.ones((1, 4), np.bool_)


def drawn(sampling: Sampling, *, allowed: np.ndarray = ALL) -> set[int]:
    return {
        int(draw_tokens(LOGITS, allowed, sampling, np.array([u]))[0][0]) for u in np.linspace(0, 1, 400, endpoint=False)
    }


def test_every_token_can_be_drawn_in_proportion_to_its_probability():
    grid = np.linspace(0, 1, 1000, endpoint=False)

    tokens, _ = draw_tokens(np.repeat(LOGITS, 1000, axis=0), np.repeat(ALL, 1000, axis=0), Sampling(), grid)

    assert np.bincount(tokens) == pytest.approx([500, 300, 150, 50], abs=1)


def test_a_forbidden_token_is_never_drawn():
    assert drawn(Sampling(), allowed=np.array([[False, True, True, False]])) == {1, 2}


def test_top_p_keeps_the_token_that_crosses_the_threshold():
    assert drawn(Sampling(top_p=0.5)) == {0}
    assert drawn(Sampling(top_p=0.51)) == {0, 1}


def test_min_p_is_a_share_of_the_likeliest():
    assert drawn(Sampling(min_p=0.25)) == {0, 1, 2}


def test_a_low_temperature_draws_the_likeliest():
    tokens, _ = draw_tokens(
        np.repeat(LOGITS, 100, axis=0),
        np.repeat(ALL, 100, axis=0),
        Sampling(temperature=0.05),
        np.linspace(0, 0.99, 100),
    )

    assert set(tokens.tolist()) == {0}


def test_the_log_likelihood_is_that_of_the_model_among_allowed_tokens():
    allowed = np.array([[True, True, False, False]])

    _, log_likelihoods = draw_tokens(LOGITS, allowed, Sampling(temperature=0.5), np.array([0.0]))

    assert log_likelihoods[0] == pytest.approx(np.log(0.5 / 0.8))


def test_more_creativity_leaves_more_to_choose_from():
    tame, wild = for_creativity(0), for_creativity(1)

    assert tame.temperature < wild.temperature
    assert tame.top_p < wild.top_p
    assert tame.min_p > wild.min_p


@pytest.mark.parametrize("values", [{"temperature": 0}, {"top_p": 0}, {"top_p": 1.1}, {"min_p": 1}, {"min_p": -0.1}])
def test_a_sampling_that_leaves_nothing_is_refused(values):
    with pytest.raises(ValueError, match="expected"):
        Sampling(**values)
