from __future__ import annotations

import pytest

from bot.discord_ui.delivery.voting import RequestRate, Voting
from bot.domain.shards import EVERYTHING, ShardShare

MESSAGE = "/api/v10/channels/1/messages/2/reactions/x/@me"


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def ask(rate: RequestRate, clock: Seconds, *, a_second: int, seconds: int, path: str = MESSAGE) -> None:
    for _ in range(seconds):
        clock.now += 1
        for _ in range(a_second):
            rate.note(path)


def test_buttons_take_the_place_of_reactions_when_requests_come_near_the_limit_and_give_it_back():
    clock = Seconds()
    voting = Voting("auto", EVERYTHING, clock)

    told = []
    for a_second in (30, 45, 30, 10):
        ask(voting.rate, clock, a_second=a_second, seconds=11)
        told.append(voting.by_buttons())

    assert told == [False, True, True, False]


def test_what_discord_does_not_count_presses_nobody():
    clock = Seconds()
    voting = Voting("auto", EVERYTHING, clock)
    for path in ("/api/v10/webhooks/1/token/messages/@original", "/api/v10/interactions/1/token/callback"):
        ask(voting.rate, clock, a_second=100, seconds=11, path=path)

    assert not voting.by_buttons()


def test_a_process_with_a_part_of_the_shards_has_that_part_of_the_requests():
    clock = Seconds()
    whole, part = Voting("auto", EVERYTHING, clock), Voting("auto", ShardShare((0,), 4), clock)
    for _ in range(11):
        clock.now += 1
        for _ in range(12):
            whole.rate.note(MESSAGE)
            part.rate.note(MESSAGE)

    assert not whole.by_buttons()
    assert part.by_buttons()


@pytest.mark.parametrize(("way", "buttons"), [("reactions", False), ("buttons", True)])
def test_whoever_runs_the_bot_may_decide(way, buttons):
    clock = Seconds()
    voting = Voting(way, EVERYTHING, clock)

    told = [voting.by_buttons()]
    ask(voting.rate, clock, a_second=50, seconds=11)
    told.append(voting.by_buttons())

    assert told == [buttons, buttons]
