from __future__ import annotations

from bot.pipeline.fair_queue import FairQueue, Ticket


def queue_of(*tickets: tuple[int, int | None, int]) -> FairQueue:
    queue = FairQueue()
    for number, guild_id, user_id in tickets:
        queue.add(Ticket(number, guild_id, user_id))
    return queue


def test_who_is_alone_is_served_in_order():
    assert queue_of((1, 5, 9), (2, 5, 9), (3, 5, 9)).order() == [1, 2, 3]


def test_servers_take_turns():
    assert queue_of((1, 5, 9), (2, 5, 9), (3, 5, 9), (4, 6, 8)).order() == [1, 4, 2, 3]


def test_people_of_a_server_take_turns():
    assert queue_of((1, 5, 9), (2, 5, 9), (3, 5, 9), (4, 5, 8)).order() == [1, 4, 2, 3]


def test_a_busy_server_does_not_slow_a_quiet_one():
    queue = queue_of(*((number, 5, number) for number in range(1, 20)), (20, 6, 1))

    assert queue.order()[1] == 20


def test_direct_messages_together_are_one_server():
    assert queue_of((1, None, 1), (2, None, 2), (3, None, 3), (4, 5, 4)).order() == [1, 4, 2, 3]


def test_who_was_just_served_comes_after_those_who_wait():
    queue = queue_of((1, 5, 9), (2, 6, 8), (3, 7, 7))

    assert queue.take() == 1
    queue.add(Ticket(4, 5, 9))

    assert queue.order() == [2, 3, 4]


def test_what_is_taken_is_what_was_foretold():
    queue = queue_of((1, 5, 9), (2, 5, 9), (3, 6, 8), (4, 5, 7), (5, None, 9), (6, 6, 9))
    foretold = queue.order()

    taken = [queue.take() for _ in range(6)]

    assert taken == foretold
    assert queue.take() is None


def test_one_who_leaves_is_not_served():
    queue = queue_of((1, 5, 9), (2, 5, 9))

    assert queue.remove(1)
    assert not queue.remove(1)

    assert queue.order() == [2]
