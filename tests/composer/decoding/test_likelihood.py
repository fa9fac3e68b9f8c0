"""How likely a network finds music that it did not write."""

from __future__ import annotations

import pytest

from composer.decoding.likelihood import mean_nats, nats_after
from composer.engine import Cancelled
from composer.models import loading
from composer.tokens.conditions import Conditions
from composer.tokens.tokenizer import encode, quantised
from tests.composer.pieces import line, score_of


@pytest.fixture(scope="module")
def lstm():
    return loading.load(loading.find("lstm").path)


def test_a_scale_is_likelier_than_leaps(lstm):
    scale = score_of(*line([60, 62, 64, 65, 67, 69, 71, 72]))
    leaps = score_of(*line([60, 85, 47, 78, 49, 90, 42, 71]))

    likely, unlikely = mean_nats(lstm, [scale, leaps], Conditions(), longest=30)

    assert likely < unlikely


def test_a_score_is_judged_alike_whatever_is_judged_beside_it(lstm):
    one, other = score_of(*line([60, 62, 64, 65])), score_of(*line([72, 71, 69, 67]))

    alone = mean_nats(lstm, [one], Conditions(), longest=10)
    beside = mean_nats(lstm, [one, other], Conditions(), longest=10)

    assert beside[0] == pytest.approx(alone[0], rel=1e-3)


def test_progress_may_end_the_reading(lstm):
    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        mean_nats(lstm, [score_of(*line([60, 62]))], Conditions(), longest=10, progress=stop)


def test_music_is_as_likely_as_its_parts_one_after_the_other(lstm):
    scale = score_of(*line([60, 62, 64, 65, 67, 69, 71, 72]))

    whole = nats_after(lstm, scale, Conditions(), bar=0)
    end = nats_after(lstm, scale, Conditions(), bar=1)

    assert 0 < end < whole
    tokens = len(encode(quantised(scale)))
    assert whole == pytest.approx(mean_nats(lstm, [scale], Conditions(), longest=99)[0] * (tokens - 1), rel=1e-3)
