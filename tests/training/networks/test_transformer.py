from __future__ import annotations

import numpy as np
import pytest
from keras import ops

from training.networks import transformer
from training.networks.transformer import AttentionBlock


@pytest.mark.parametrize("window", [3, 6, 40])
def test_attention_to_some_queries_at_a_time_is_attention_to_all(window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = AttentionBlock(width=16, heads=2, window=window, dropout=0.0, name="attending")
    x = ops.convert_to_tensor(np.random.default_rng(1).normal(size=(2, 12, 16)).astype(np.float32))
    whole = layer(x)

    monkeypatch.setattr(transformer, "_QUERIES", 4)

    assert np.allclose(layer(x), whole, atol=1e-5)
