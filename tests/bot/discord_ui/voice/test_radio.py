"""The radio plays what people liked, with new pieces in between."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.discord_ui.voice.radio import Radio
from bot.domain.generation import GenerationState
from bot.domain.order import Order
from bot.errors import Stopping

FIRST_NEW = 100
"""Number of the first piece that the house composes."""


class House:
    """A house of which a server likes some pieces, and which composes new ones at once, later or never."""

    def __init__(self, *liked: int) -> None:
        self.liked = liked
        self.states: dict[int, GenerationState] = {}
        self.composes_at_once = True
        self.refuses = False
        self.orders = self
        self.store = SimpleNamespace(ratings=self, generations=self)

    async def top(self, _chart: object, *, offset: int, limit: int) -> list[Any]:
        found = [SimpleNamespace(generation=SimpleNamespace(number=number)) for number in self.liked]
        return found[offset : offset + limit]

    async def get(self, number: int) -> Any:
        return SimpleNamespace(state=self.states[number])

    async def accept(self, order: Order) -> Any:
        if self.refuses:
            raise Stopping
        number = FIRST_NEW + len(self.states)
        self.states[number] = GenerationState.DELIVERED if self.composes_at_once else GenerationState.COMPOSING
        return SimpleNamespace(number=number, request_id=order.request_id)

    async def cancel(self, number: int) -> bool:
        self.states[number] = GenerationState.CANCELLED
        return True

    async def pause(self, _seconds: float) -> None:
        """What takes long is done meanwhile."""
        self.states = dict.fromkeys(self.states, GenerationState.DELIVERED)


def radio_of(house: Any) -> Radio:
    return Radio(house, Order(request_id=1, user_id=2, guild_id=3, channel_id=4), 3, pause=house.pause)


async def chosen(radio: Radio, count: int) -> list[int | None]:
    return [await radio.choose() for _ in range(count)]


async def test_two_pieces_that_were_liked_follow_each_new_one_and_begin_again_at_the_best():
    radio = radio_of(House(7, 8, 9))

    assert await chosen(radio, 8) == [100, 7, 8, 101, 9, 7, 102, 8]


async def test_what_was_liked_goes_on_while_a_new_piece_is_composed():
    house = House(7, 8)
    house.composes_at_once = False

    assert await chosen(radio_of(house), 4) == [7, 8, 7, 8]


async def test_a_house_that_refuses_new_pieces_plays_what_was_liked():
    house = House(7)
    house.refuses = True

    assert await chosen(radio_of(house), 3) == [7, 7, 7]


@pytest.mark.parametrize("composes_at_once", [True, False])
async def test_where_nothing_is_liked_yet_all_is_new_and_waited_for(composes_at_once):
    house = House()
    house.composes_at_once = composes_at_once

    assert await chosen(radio_of(house), 2) == [100, 101]


async def test_with_nothing_liked_and_nothing_new_the_radio_is_over():
    house = House()
    house.refuses = True

    assert await radio_of(house).choose() is None


async def test_a_piece_that_nobody_will_hear_is_taken_back():
    house = House(7)
    house.composes_at_once = False
    radio = radio_of(house)
    await radio.choose()

    await radio.end()

    assert house.states == {FIRST_NEW: GenerationState.CANCELLED}
