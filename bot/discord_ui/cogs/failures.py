"""`/admin failures`: what failed lately, by kind."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import discord

from bot.discord_ui.cogs.training import ADMIN, TrainingCog
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.summaries import FailedPiece

MOST = 200
"""Failed pieces that are counted."""

_SHOWN = 3
_MOST_KINDS = 20
"""References that are shown of each kind, and kinds."""


class FailuresCog(TrainingCog):
    """`/admin failures`, beside those of `TrainingCog`."""

    @ADMIN.command(name=said("command.admin_failures.name"), description=said("command.admin_failures.about"))
    async def failures(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Say what failed: how often, when, and under which references the log tells of it."""
        await self.allow(interaction)
        await in_time(interaction, self.note(interaction, "failures"))
        failed = await self.client.app.store.failures.latest(MOST)
        say = sentences.sentences(interaction.locale)
        text = "\n".join(lines(failed, say)) or say("admin.no_failures")
        embed = discord.Embed(title=say("admin.failures", count=len(failed)), description=text, colour=COLOUR)
        await answer(interaction, embed=embed)


def lines(failed: Sequence[FailedPiece], say: Sentences) -> list[str]:
    """A line for each kind, the most frequent first, with its latest pieces."""
    kinds = defaultdict[str, list["FailedPiece"]](list)
    for each in failed:
        kinds[each.kind].append(each)
    frequent = sorted(kinds.items(), key=lambda kind: (-len(kind[1]), kind[0]))
    return [
        say("admin.failure", kind=kind, count=len(pieces), latest=" · ".join(map(_piece, pieces[:_SHOWN])))
        for kind, pieces in frequent[:_MOST_KINDS]
    ]


def _piece(failed: FailedPiece) -> str:
    return f"`{failed.reference}` #{failed.number} {discord.utils.format_dt(failed.began_at, 'R')}"
