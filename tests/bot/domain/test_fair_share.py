"""Places are shared by servers, and one that has none waiting finds a place."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fair_share import has_room

PLACES = 20


def asked(waiting, server, times=1):
    """How many of so many requests found a place."""
    found = 0
    for _ in range(times):
        if has_room(waiting, server, PLACES):
            waiting[server] += 1
            found += 1
    return found


def test_who_is_alone_may_take_every_place_and_no_more():
    assert asked(Counter(), "greedy", 100) == PLACES


def test_a_server_that_comes_to_a_full_queue_gets_a_share():
    waiting = Counter(greedy=PLACES)

    assert asked(waiting, "quiet", 100) == PLACES // 2
    assert asked(waiting, "third", 100) == PLACES // 3


def test_a_server_with_more_than_its_share_waits_until_it_has_less():
    waiting = Counter(greedy=PLACES, quiet=1)

    assert asked(waiting, "greedy") == 0
    waiting["greedy"] = PLACES // 2 - 1
    assert asked(waiting, "greedy", 5) == 1


@given(requests=st.lists(st.integers(0, 9), max_size=400), newcomers=st.integers(1, PLACES - 10))
def test_whatever_ten_servers_ask_for_newcomers_find_a_place_and_the_queue_has_an_end(requests, newcomers):
    waiting: Counter[object] = Counter()
    for server in requests:
        asked(waiting, server)

    assert [asked(waiting, f"new {number}") for number in range(newcomers)] == [1] * newcomers
    assert waiting.total() <= 3 * PLACES


@pytest.mark.parametrize("places", [1, 2, 5])
def test_few_places_are_shared_as_well(places):
    assert has_room({"greedy": places}, "quiet", places)
    assert not has_room({"greedy": places}, "greedy", places)
