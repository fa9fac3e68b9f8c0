"""People of one taste on every server, and what becomes of it: what is learned, and battles with it and without."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.benchmarks.battle_people import hold_battle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.standin.server import StandIn
    from bot.standin.world import Channel, Guild, Message, Person
    from tests.bot.process import BotProcess

_PATIENCE = 300.0
"""Seconds within which the bot learns what servers like: it looks every two minutes."""

_UNLEARNED = """
select count(*) from (
    select generation.guild_id from rating join generation using (number)
    where not is_author and generation.guild_id not in (select guild_id from taste where guild_id is not null)
    group by generation.guild_id having count(distinct number) >= 20
)
"""
"""Servers with enough pieces that were voted on, whose taste is not learned yet."""


async def rate_another(discord: StandIn, channel: Channel, own: Message, person: Person) -> None:
    """Rate the newest piece of the channel but one's own: who likes it, because it is in minor, marks it and asks for
    it again."""
    others = [each for each in discord.messages(channel) if each.attachments and each is not own and not each.seen_by]
    number = _number_of(others[-1]) if others else None
    if number is None:
        return
    liked = " minor" in others[-1].text
    await discord.react(others[-1], "👍" if liked else "👎", user=person)
    if liked:
        await discord.press(others[-1], "cadenza:star", user=person)
        await discord.slash("track", user=person, channel=channel, number=number)


def _number_of(message: Message) -> int | None:
    """Number of a message's piece; None where it has several, or a piece that can no longer be pressed."""
    ids = (str(each.get("custom_id")) for each in message.buttons())
    return next((int(each.rpartition(":")[2]) for each in ids if each.startswith("cadenza:star:")), None)


async def hold_taste_battles(
    discord: StandIn, people: Sequence[Person], guilds: Sequence[Guild], bot: BotProcess, *, length: int, model: str
) -> Counter[str]:
    """Wait for the tastes of all servers with enough votes, and let them meet no taste; what became of the battles."""
    await discord.until(lambda: not bot.rows(_UNLEARNED)[0][0], "the tastes", seconds=_PATIENCE)
    became: Counter[str] = Counter()
    for index, guild in enumerate(guilds):
        here = people[index :: len(guilds)]
        await hold_battle(discord, here, guild.channel, length, became, {"model": model, "against": model})
    return became


async def look_at_tastes(
    discord: StandIn, people: Sequence[Person], guilds: Sequence[Guild], bot: BotProcess
) -> list[str]:
    """What the bot says of each server's taste, how it fares in battles, and what was learned from besides votes."""
    told = []
    for index, guild in enumerate(guilds):
        taste = await discord.slash("taste", user=people[index], channel=guild.channel)
        await discord.until(lambda: not taste.message.loading, "the taste")  # noqa: B023 - awaited in its turn
        table = await discord.slash("top engines", user=people[index], channel=guild.channel)
        fares = [line for line in table.message.text.splitlines() if "taste" in line]
        told.append("; ".join([*taste.message.text.splitlines()[:2], *fares]))
    kept = bot.rows("select votes, taken from taste where guild_id is not null order by number")
    composed = bot.rows("select count(*) from generation where taste is not null")[0][0]
    deeds = dict(bot.rows("select kind, count(*) from deed group by kind"))
    return [*told, f"{kept} (votes, taken); {composed} pieces by a taste; deeds {deeds}"]
