"""Few votes show less than many of the same kind."""

from __future__ import annotations

import pytest

from bot.domain.approval import lower_bound


@pytest.mark.parametrize(("likes", "dislikes", "bound"), [(0, 0, 0.0), (1, 0, 0.2065), (3, 0, 0.4385), (19, 1, 0.7639)])
def test_the_lower_bound_is_that_of_wilson_s_interval(likes, dislikes, bound):
    assert lower_bound(likes, dislikes) == pytest.approx(bound, abs=1e-4)


def test_nothing_but_dislikes_is_no_approval():
    assert lower_bound(0, 5) == 0.0
