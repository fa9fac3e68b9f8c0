"""People who hold a battle: one asks for it, all vote, and the first ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from bot.standin.server import StandIn
    from bot.standin.world import Channel, Json, Message, Person

BOTH = 2
"""Pieces of a battle."""

CHOICES = ("a", "b", "tie", "bad")


async def hold_battle(
    discord: StandIn,
    people: Sequence[Person],
    channel: Channel,
    length: int,
    became: Counter[str],
    who: Json | None = None,
) -> None:
    """Hold one, between whom it names, and count in `became` what became of it: over, refused, or what went wrong."""
    try:
        asked = await discord.slash(
            "battle", user=people[0], channel=channel, options={"length": length, **(who or {})}
        )
        message = asked.message
        await discord.until(lambda: not message.loading, "an answer")
        if message.seen_by is not None:
            became[f"refused: {message.text}"] += 1
            return
        await discord.until(lambda: len(message.attachments) == BOTH, "both pieces", seconds=900)
        for place, person in enumerate(people):
            custom_id = button(message, CHOICES[place % len(CHOICES)])
            if custom_id is not None:
                await discord.press(message, custom_id, user=person)
        if button(message, CHOICES[0]) is not None:
            await discord.press(message, "cadenza:verdict:", user=people[0])
        await discord.until(lambda: button(message, CHOICES[0]) is None, "the result", seconds=120)
    except (TimeoutError, LookupError) as error:
        became[str(error)] += 1
        return
    became["over"] += 1


def button(message: Message, choice: str) -> str | None:
    """The custom id of the button of a choice; None once nobody may vote any more."""
    ids = [str(each.get("custom_id")) for each in message.buttons()]
    return next((each for each in ids if each.startswith("cadenza:pick:") and each.endswith(f":{choice}")), None)
