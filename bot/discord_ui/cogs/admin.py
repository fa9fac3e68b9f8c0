"""For the people who run the bot; whoever else finds the commands is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import VERSION
from bot.discord_ui.cogs.blocking import BlockingCog
from bot.discord_ui.cogs.failures import FailuresCog
from bot.discord_ui.cogs.training import ADMIN
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.lists.worker_faults import faults_of_workers
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import options, said
from bot.domain.worker_line import spell_lines

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza


class AdminCog(BlockingCog, FailuresCog):
    """`/admin status`, `sync` and `cancel`, beside those of the cogs that it is made of."""

    admin = ADMIN

    def __init__(self, client: Cadenza) -> None:
        """It runs since now."""
        self.client = client
        self._since = discord.utils.utcnow()
        self.answer_buttons()

    @ADMIN.command(name=said("command.admin_status.name"), description=said("command.admin_status.about"))
    async def status(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Say how the bot is."""
        await self.allow(interaction)
        await in_time(interaction, self.note(interaction, "status"))
        say, app = sentences.sentences(interaction.locale), self.client.app
        values = {
            "version": VERSION,
            "up": discord.utils.format_dt(self._since, "R"),
            "servers": len(self.client.guilds),
            "latency": f"{1000 * self.client.latency:.0f} ms",
            "queue": f"{app.scheduler.workload.waiting} / {app.settings.queue_size}",
            "workers": f"{app.scheduler.workload.running} / {app.scheduler.workload.places}",
            "models": ", ".join(app.catalogue.names()) or "-",
        }
        if app.fleet is not None and app.fleet.lines:
            values["machines"] = spell_lines(app.fleet.lines)
        lines = [say("admin.row", name=say(f"admin.{name}"), value=value) for name, value in values.items()]
        lines += faults_of_workers(app, say)
        embed = discord.Embed(title=say("admin.title"), description="\n".join(lines), colour=COLOUR)
        await answer(interaction, embed=embed)

    @ADMIN.command(name=said("command.admin_sync.name"), description=said("command.admin_sync.about"))
    async def sync(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Register all commands, changed or not."""
        await self.allow(interaction)
        await self.client.promises.make(interaction, private=True)
        await self.note(interaction, "sync")
        count, home = await self.client.register(force=True)
        say = sentences.sentences(interaction.locale)
        await answer(interaction, say("admin.synced", count=count, home=home))

    @ADMIN.command(name=said("command.admin_cancel.name"), description=said("command.admin_cancel.about"))
    @options("number")
    async def cancel(
        self, interaction: discord.Interaction[Cadenza], number: app_commands.Range[int, 1, 2**53 - 1]
    ) -> None:
        """Cancel anybody's piece."""
        await self.allow(interaction)

        async def cancel() -> bool:
            await self.note(interaction, "cancel", number=number)
            return await self.client.app.orders.cancel(number)

        if not await in_time(interaction, cancel()):
            raise RefusalError("refusal.busy", number=number)
        say = sentences.sentences(interaction.locale)
        await answer(interaction, say("admin.cancelled", number=number))
