"""The part of `/admin` that is about whom the bot refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord_ui.cogs.training import ADMIN, TrainingCog
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import options, said
from bot.storage.people.blocklist import Blocked, BlockedKind

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza

MOST_LISTED = 40
"""Lines of the list; an embed holds a few more."""


class BlockingCog(TrainingCog):
    """`/admin block`, `unblock` and `blocked`."""

    @ADMIN.command(name=said("command.admin_block.name"), description=said("command.admin_block.about"))
    @options("person", "server")
    async def block(
        self,
        interaction: discord.Interaction[Cadenza],
        person: discord.User | None = None,
        server: app_commands.Range[str, 1, 20] | None = None,
    ) -> None:
        """Refuse somebody from now on, and cancel what they have on the way."""
        await self.allow(interaction)
        kind, owner = _whom(person, server)
        if person is not None and await self.client.is_operator(person.id):
            raise RefusalError("refusal.block_operator")
        await in_time(interaction, self._block(interaction, kind, owner))
        say = sentences.sentences(interaction.locale)
        await answer(interaction, say("admin.blocked", who=_shown(kind, owner)))

    async def _block(self, interaction: discord.Interaction[Cadenza], kind: BlockedKind, owner: int) -> None:
        app = self.client.app
        await app.store.blocklist.block(kind, owner, by=interaction.user.id, guild_id=interaction.guild_id)
        for generation in await app.store.generations.unfinished():
            if owner == (generation.user_id if kind is BlockedKind.PERSON else generation.guild_id):
                await app.orders.cancel(generation.number)

    @ADMIN.command(name=said("command.admin_unblock.name"), description=said("command.admin_unblock.about"))
    @options("person", "server")
    async def unblock(
        self,
        interaction: discord.Interaction[Cadenza],
        person: discord.User | None = None,
        server: app_commands.Range[str, 1, 20] | None = None,
    ) -> None:
        """Refuse somebody no longer."""
        await self.allow(interaction)
        kind, owner = _whom(person, server)
        blocklist, shown = self.client.app.store.blocklist, _shown(kind, owner)
        if not await in_time(
            interaction, blocklist.unblock(kind, owner, by=interaction.user.id, guild_id=interaction.guild_id)
        ):
            raise RefusalError("refusal.not_blocked", who=shown)
        await answer(interaction, sentences.sentences(interaction.locale)("admin.unblocked", who=shown))

    @ADMIN.command(name=said("command.admin_blocked.name"), description=said("command.admin_blocked.about"))
    async def blocked(self, interaction: discord.Interaction[Cadenza]) -> None:
        """List whom the bot refuses, newest first."""
        await self.allow(interaction)
        say = sentences.sentences(interaction.locale)
        listed = await self.client.app.store.blocklist.listed()
        lines = [_line(one, say) for one in listed[:MOST_LISTED]]
        if len(listed) > MOST_LISTED:
            lines.append(say("training.more", count=len(listed) - MOST_LISTED))
        text = "\n".join(lines) or say("admin.nobody_blocked")
        await answer(
            interaction, embed=discord.Embed(title=say("admin.blocked_title"), description=text, colour=COLOUR)
        )


def _whom(person: discord.User | None, server: str | None) -> tuple[BlockedKind, int]:
    if (person is None) == (server is None):
        raise RefusalError("refusal.block_whom")
    if person is not None:
        return BlockedKind.PERSON, person.id
    if server is None or not server.strip().isdecimal() or int(server) >= 2**63:
        raise RefusalError("refusal.server_id")
    return BlockedKind.SERVER, int(server)


def _shown(kind: BlockedKind, owner: int) -> str:
    return f"<@{owner}>" if kind is BlockedKind.PERSON else f"`{owner}`"


def _line(one: Blocked, say: sentences.Sentences) -> str:
    when = discord.utils.format_dt(one.at, "D")
    return say("admin.row", name=_shown(one.kind, one.owner), value=when)
