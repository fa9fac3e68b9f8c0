"""Nobody and no server decides alone what models learn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.vote_weights import Shares, Vote, WeighedOpinion, opinion
from composer.training_contract import PERSON_CAP, SERVER_CAP

VALUES = st.sampled_from([-1, 1, 2])
SERVERS = st.sampled_from([None, 1, 2, 3])


@st.composite
def ballots(draw):
    """Votes by piece, at most one of each person for each."""
    pieces = draw(st.lists(st.dictionaries(st.integers(1, 60), st.tuples(SERVERS, VALUES), max_size=40), max_size=8))
    return [[Vote(person, server, value) for person, (server, value) in piece.items()] for piece in pieces]


def weighed(pieces):
    shares = Shares()
    for votes in pieces:
        for vote in votes:
            shares.count(vote)
    return [opinion(votes, shares) for votes in pieces]


def test_a_heart_weighs_one_and_a_half_thumbs():
    (found,) = weighed([[Vote(1, 7, 2), Vote(2, 8, 1), Vote(3, 9, -1)]])

    votes = ((1, 1.5), (2, 1.0), (3, -1.0))
    assert found == WeighedOpinion(liked=2.5, disliked=1.0, people=3, votes=votes)


@given(ballots(), SERVERS, VALUES, st.integers(1, 500))
def test_any_number_of_votes_by_one_server_moves_a_piece_by_no_more_than_the_cap(pieces, server, value, count):
    before = weighed([*pieces, []])[-1]
    brigade = [Vote(1000 + person, server, value) for person in range(count)]

    after = weighed([*pieces, brigade])[-1]

    assert before == WeighedOpinion(liked=0, disliked=0, people=0)
    assert after.liked + after.disliked <= SERVER_CAP + 1e-6


@given(ballots(), st.integers(1, 500))
def test_a_brigade_adds_no_more_than_the_cap_to_what_others_think(pieces, count):
    elsewhere = [[vote for vote in votes if vote.server != 3] for votes in pieces]
    brigade = [Vote(1000 + person, 3, -1) for person in range(count)]

    before = weighed(elsewhere)
    after = weighed([[*votes, *brigade] for votes in elsewhere])

    for one, other in zip(before, after, strict=True):
        assert other.liked == pytest.approx(one.liked)
        assert other.disliked - one.disliked <= SERVER_CAP + 1e-6


@given(ballots())
def test_no_server_weighs_more_than_its_cap_in_any_piece(pieces):
    for votes, found in zip(pieces, weighed(pieces), strict=True):
        servers = {vote.server for vote in votes}
        assert found.liked + found.disliked <= SERVER_CAP * len(servers) + 1e-6
        assert found.people == len(votes)


@given(st.integers(1, 300), VALUES)
def test_a_person_weighs_no_more_than_the_cap_in_all(count, value):
    found = weighed([[Vote(1, None, value)] for _ in range(count)])

    total = sum(each.liked + each.disliked for each in found)
    assert total <= PERSON_CAP + 1e-3
    assert total == pytest.approx(min(PERSON_CAP, count * Vote(1, None, value).weight), abs=1e-3)


@given(ballots())
def test_no_vote_weighs_more_than_it_did(pieces):
    for votes, found in zip(pieces, weighed(pieces), strict=True):
        assert found.liked <= sum(vote.weight for vote in votes if vote.value > 0) + 1e-6
        assert found.disliked <= sum(vote.weight for vote in votes if vote.value < 0) + 1e-6


def test_there_are_no_other_votes():
    with pytest.raises(ValueError, match="no such vote"):
        Vote(1, 2, 0)
