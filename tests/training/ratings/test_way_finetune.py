from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.tokens import vocabulary
from tests.training.corpora import small_dataset
from tests.training.ratings import listening
from training.export import warmstart
from training.networks.loss import negative_log_likelihoods
from training.ratings import piece_windows, way_finetune
from training.ratings.way_finetune import FinetunePlan

if TYPE_CHECKING:
    from composer.models.loading import Model
    from training.corpus.dataset import Dataset
    from training.networks.base import Network
    from training.ratings.piece_windows import LearningPiece, PieceWindows

TIME = 64


@pytest.fixture(scope="module")
def pieces(small: Model) -> list[LearningPiece]:
    return [piece_windows.of_composition(piece, number) for number, piece in enumerate(listening.pieces(small, 3), 1)]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return small_dataset(tmp_path_factory.mktemp("corpus"), {"a.mid": "train", "b.mid": "train", "c.mid": "valid"})


def nats(network: Network, found: PieceWindows) -> float:
    """Mean over what was played."""
    logits = np.asarray(network((found.batch.tokens, found.batch.features), training=False))
    return float(negative_log_likelihoods(logits, found.batch.targets)[found.inside > 0].mean())


def test_windows_end_with_their_piece(pieces: list[LearningPiece]):
    found = piece_windows.cut_windows(pieces, 2000, listening.rng())

    for piece, tokens, targets, inside in zip(
        pieces, found.batch.tokens, found.batch.targets, found.inside, strict=True
    ):
        length = len(piece.tokens)
        assert inside.sum() == length - 1
        assert tokens[0] == vocabulary.START
        assert targets[length - 2] == vocabulary.END
        assert not targets[length - 1 :].any()


def test_a_tied_network_stays_nearer_to_its_parent(pieces: list[LearningPiece], corpus: Dataset, small: Model):
    parent = warmstart.network_of(small.path)
    shown = piece_windows.cut_windows(pieces, TIME, listening.rng())
    moved = {}
    for tie in (0.1, 20.0):
        network = warmstart.network_of(small.path)
        plan = FinetunePlan(seconds=60, passes=10, time=TIME, learning_rate=1e-2, tie=tie)
        way_finetune.finetune_network(network, parent, pieces, plan, corpus=corpus)
        moved[tie] = abs(nats(network, shown) - nats(parent, shown))

    assert moved[20.0] < moved[0.1]


def test_finetuning_ends_when_its_time_is_over(pieces: list[LearningPiece], corpus: Dataset, small: Model):
    network, parent = (warmstart.network_of(small.path) for _ in range(2))

    steps = way_finetune.finetune_network(network, parent, pieces, FinetunePlan(seconds=1e-6, time=TIME), corpus=corpus)

    assert steps <= 1
