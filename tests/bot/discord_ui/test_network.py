from __future__ import annotations

import aiohttp
import discord
import pytest

from bot.discord_ui.network import LONGEST_PAUSE, is_passing, shorten_pauses


def test_pauses_between_two_tries_grow_but_stay_short(monkeypatch):
    monkeypatch.setattr("discord.client.ExponentialBackoff", discord.backoff.ExponentialBackoff)

    shorten_pauses()
    pauses = discord.client.ExponentialBackoff()  # type: ignore[attr-defined]
    waited = [pauses.delay() for _ in range(200)]

    assert waited[0] <= 2
    assert LONGEST_PAUSE / 2 < max(waited) <= LONGEST_PAUSE


class Answer:
    reason = "as tried"

    def __init__(self, status: int) -> None:
        self.status = status


class Closed:
    def __init__(self, code: int) -> None:
        self.close_code = code


def refused(status: int) -> discord.HTTPException:
    return discord.HTTPException(Answer(status), "no")  # type: ignore[arg-type]  # all that it reads


def closed(code: int) -> discord.ConnectionClosed:
    return discord.ConnectionClosed(Closed(code), shard_id=None)  # type: ignore[arg-type]  # all that it reads


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(),
        TimeoutError(),
        discord.GatewayNotFound(),
        refused(500),
        refused(429),
        closed(1006),
        closed(4000),
    ],
)
def test_what_may_be_answered_later_passes(error):
    assert is_passing(error)


@pytest.mark.parametrize("error", [refused(400), refused(403), closed(4004), closed(4014), ValueError()])
def test_what_would_be_answered_alike_does_not_pass(error):
    assert not is_passing(error)
