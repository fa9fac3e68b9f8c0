from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import vote_weights
from composer.training_contract import PERSON_CAP, SERVER_CAP
from training.listeners.voting import DOWN, HEART, UP, SimulatedVote, WeighedTally, weigh_votes


def test_votes_are_summed_by_piece():
    found = weigh_votes(
        [
            SimulatedVote(1, 1, 1, UP),
            SimulatedVote(1, 2, 2, HEART),
            SimulatedVote(1, 3, 3, DOWN),
            SimulatedVote(2, 1, 1, DOWN),
        ]
    )

    assert found == {
        1: WeighedTally(liked=2.5, disliked=1.0, people=3),
        2: WeighedTally(liked=0, disliked=1.0, people=1),
    }


def test_of_a_persons_votes_for_a_piece_the_newest_counts():
    assert weigh_votes([SimulatedVote(1, 1, 1, UP), SimulatedVote(1, 1, 1, DOWN)]) == {1: WeighedTally(0, 1.0, 1)}


def test_five_hundred_votes_from_one_server_weigh_no_more_than_its_cap():
    found = weigh_votes([SimulatedVote(1, person, 0, DOWN) for person in range(500)] + [SimulatedVote(1, 1000, 1, UP)])

    assert found[1].disliked == pytest.approx(SERVER_CAP)
    assert found[1].liked == 1.0


def test_who_votes_on_everything_weighs_no_more_than_the_cap():
    found = weigh_votes([SimulatedVote(number, 1, 1, UP) for number in range(300)])

    assert sum(tally.liked for tally in found.values()) == pytest.approx(PERSON_CAP)


votes = st.builds(
    SimulatedVote, st.integers(1, 5), st.integers(1, 40), st.integers(1, 3), st.sampled_from([UP, DOWN, HEART])
)


@given(st.lists(votes, max_size=200))
def test_no_server_exceeds_its_cap_whatever_is_voted(cast: list[SimulatedVote]):
    servers = {number: {vote.server for vote in cast if vote.number == number} for number in range(1, 6)}

    for number, tally in weigh_votes(cast).items():
        assert tally.liked + tally.disliked <= SERVER_CAP * len(servers[number]) + 1e-9
        assert np.isfinite([tally.liked, tally.disliked]).all()


@given(st.lists(votes, max_size=100))
def test_the_caps_are_those_of_the_bot(cast: list[SimulatedVote]):
    standing = list({(vote.number, vote.person): vote for vote in cast}.values())
    shares, theirs = vote_weights.Shares(), {DOWN: -1, UP: 1, HEART: 2}
    heard = [(vote.number, vote_weights.Vote(vote.person, vote.server, theirs[vote.value])) for vote in standing]
    for _, vote in heard:
        shares.count(vote)

    for number, tally in weigh_votes(cast).items():
        opinion = vote_weights.opinion([vote for of, vote in heard if of == number], shares)
        assert (tally.liked, tally.disliked) == pytest.approx((opinion.liked, opinion.disliked), abs=1e-5)
        assert tally.people == opinion.people
