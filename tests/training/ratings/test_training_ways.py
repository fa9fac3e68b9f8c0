from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from composer.tokens import vocabulary
from composer.tokens.conditions import ANY, SIZES
from tests.training.ratings import listening
from training.export import warmstart
from training.networks.loss import negative_log_likelihoods
from training.ratings import rated_windows, way_finetune, way_preference
from training.ratings.network_training import NetworkTraining
from training.ratings.ratings_file import HeardBattle
from training.ratings.retraining import find_battles

if TYPE_CHECKING:
    from composer.models.loading import Model
    from training.networks.base import Network
    from training.ratings.rated_windows import LearningPiece, RatedWindows
    from training.ratings.ratings_file import RatingsFile

TIME = 64


@pytest.fixture(scope="module")
def pieces(ratings: RatingsFile) -> list[LearningPiece]:
    return rated_windows.learning_pieces(ratings.pieces)


@pytest.fixture
def parent(small: Model) -> Network:
    return warmstart.network_of(small.path)


@pytest.fixture
def network(small: Model) -> Network:
    return warmstart.network_of(small.path)


def shown(pieces: list[LearningPiece], **changes: int) -> RatedWindows:
    """From their starts, under their own conditions but for the `changes`."""
    asked = np.stack([piece.classes for piece in pieces])
    for name, value in changes.items():
        asked[:, list(SIZES).index(name)] = value
    return rated_windows.cut_windows(pieces, TIME, listening.rng(), from_start=True, asked=asked)


def nats(network: Network, found: RatedWindows) -> float:
    """Mean over what was played."""
    logits = np.asarray(network((found.batch.tokens, found.batch.features), training=False))
    return float(negative_log_likelihoods(logits, found.batch.targets)[found.inside > 0].mean())


def liked(pieces: list[LearningPiece]) -> list[LearningPiece]:
    return [piece for piece in pieces if piece.approval > 0.5]


def test_approval_is_drawn_towards_the_mean_of_all(ratings: RatingsFile):
    shares = rated_windows.approval_shares(ratings.pieces)
    raw = np.array([one.liked / (one.liked + one.disliked) for one in ratings.pieces])

    assert (np.abs(shares - shares.mean()) < np.abs(raw - raw.mean())).all()
    assert shares.argmax() in np.flatnonzero(raw == raw.max())


def test_liked_pieces_are_asked_for_as_liked(pieces: list[LearningPiece]):
    ranks = {int(piece.classes[-1]) for piece in liked(pieces)}

    assert 3 in ranks
    assert 1 not in ranks


def test_windows_end_with_their_piece(pieces: list[LearningPiece]):
    found = rated_windows.cut_windows(pieces[:3], 2000, listening.rng(), from_start=True)

    for piece, tokens, targets, inside in zip(
        pieces, found.batch.tokens, found.batch.targets, found.inside, strict=False
    ):
        length = len(piece.tokens)
        assert inside.sum() == length - 1
        assert tokens[0] == vocabulary.START
        assert targets[length - 2] == vocabulary.END
        assert not targets[length - 1 :].any()


def test_what_was_liked_becomes_likelier(pieces: list[LearningPiece], network: Network, parent: Network):
    before = nats(network, shown(liked(pieces)))

    plan = way_finetune.FinetunePlan(seconds=60, passes=2, time=TIME, learning_rate=1e-2)
    steps = way_finetune.finetune_network(network, parent, pieces, plan)

    assert steps > 10
    assert nats(network, shown(liked(pieces))) < before - 0.05


def test_a_tied_network_stays_nearer_to_its_parent(pieces: list[LearningPiece], small: Model, parent: Network):
    moved = {}
    for tie in (0.1, 20.0):
        network = warmstart.network_of(small.path)
        plan = way_finetune.FinetunePlan(seconds=60, passes=1, time=TIME, learning_rate=1e-2, tie=tie)
        way_finetune.finetune_network(network, parent, pieces, plan)
        moved[tie] = abs(nats(network, shown(pieces)) - nats(parent, shown(pieces)))

    assert moved[20.0] < moved[0.1]


def test_finetuning_ends_when_its_time_is_over(pieces: list[LearningPiece], network: Network, parent: Network):
    assert (
        way_finetune.finetune_network(network, parent, pieces, way_finetune.FinetunePlan(seconds=1e-6, time=TIME)) <= 1
    )


def test_pairs_of_a_family_come_before_those_that_are_only_alike(ratings: RatingsFile, pieces: list[LearningPiece]):
    better, worse = (
        pieces.index(max(pieces, key=lambda one: one.approval)),
        pieces.index(min(pieces, key=lambda one: one.approval)),
    )
    chained = list(ratings.pieces)
    chained[better] = replace(chained[better], another_of=chained[worse].number)

    found = way_preference.find_pairs(chained, pieces, listening.rng())

    assert found[0] == (pieces[better], pieces[worse])
    assert all(one.approval - other.approval >= way_preference.APART for one, other in found)
    assert len({(one.number, other.number) for one, other in found}) == len(found)


def test_winners_and_losers_of_battles_come_before_all_other_pairs(
    ratings: RatingsFile, pieces: list[LearningPiece], small: Model
):
    one, other, held = ratings.pieces[:3]
    battles = (
        HeardBattle((one, other), -1.0),
        HeardBattle((one, other), 0.0),
        HeardBattle((one, held), 1.0),
        HeardBattle((one, replace(other, style="polka")), 1.0),
    )

    found = find_battles(replace(ratings, battles=battles), [held], small.card)
    met = [(rated_windows.of_battle(winner), rated_windows.of_battle(loser)) for winner, loser in found]
    pairs = way_preference.find_pairs(ratings.pieces, pieces, listening.rng(), battles=met)

    assert found == [(other, one)]
    assert pairs[0] == met[0]


def test_where_all_are_liked_alike_there_are_no_pairs(ratings: RatingsFile, pieces: list[LearningPiece]):
    alike = [replace(piece, approval=0.5) for piece in pieces]

    assert way_preference.find_pairs(ratings.pieces, alike, listening.rng()) == []


def test_both_of_a_pair_are_held_against_one_request(pieces: list[LearningPiece]):
    one, other = (replace(pieces[0], classes=np.array(row, np.uint8)) for row in ([1, 2, 3, 4, 3], [1, 2, 3, 5, 1]))

    assert rated_windows.asked_of_both(one, other, rating=ANY).tolist() == [1, 2, 3, ANY, ANY]
    assert rated_windows.asked_of_both(one, other, rating=3).tolist() == [1, 2, 3, ANY, 3]


def test_the_better_of_a_pair_gains_on_the_other(pieces: list[LearningPiece], network: Network, parent: Network):
    ordered = sorted(pieces, key=lambda piece: piece.approval)
    pairs = list(zip(ordered[-8:], ordered[:8], strict=True))

    def ahead(of: Network) -> float:
        better, worse = (shown([pair[place] for pair in pairs], rating=ANY) for place in (0, 1))
        return nats(of, worse) - nats(of, better)

    plan = way_preference.PreferencePlan(seconds=60, passes=6, time=TIME, learning_rate=3e-3)
    steps = way_preference.learn_from_pairs(network, parent, pairs, plan)

    assert steps == plan.passes * len(pairs) / plan.pairs
    assert ahead(network) > ahead(parent) + 0.05


def test_a_network_that_never_met_a_rating_does_not_mind_it(
    small: Model, ratings: RatingsFile, pieces: list[LearningPiece]
):
    training = NetworkTraining(small.path, ratings.pieces, corpus=None, seed=1, tell=lambda *_: None)

    rated, open_to_all = shown(pieces[:4]), shown(pieces[:4], rating=ANY)

    assert nats(training.network, rated) == pytest.approx(nats(training.network, open_to_all), abs=1e-6)


def test_only_a_network_that_was_tuned_is_asked_for_what_was_liked(small: Model, ratings: RatingsFile):
    training = NetworkTraining(small.path, ratings.pieces, corpus=None, seed=1, tell=lambda *_: None)

    assert training.prefer(seconds=0.5) == 0, "within a mode all are liked alike"
    assert training.rating == ANY
    assert training.finetune(seconds=0.5) > 0
    assert training.rating == 3
