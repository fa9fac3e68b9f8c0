"""The part of `/admin` that is about models: training the next one, going back, and what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui import autocomplete, training_texts
from bot.discord_ui.buttons import number_of
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import choices, options, said
from bot.discord_ui.training_messages import STOP
from bot.domain.training_run import Activate, TrainingRequest

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza

MOST_MINUTES = 240

ADMIN = app_commands.Group(
    name=said("command.admin.name"),
    description=said("command.admin.about"),
    guild_only=True,
    default_permissions=discord.Permissions(administrator=True),
)
"""`/admin`; Discord shows it by permissions that anybody's server decides on, so every command calls `allow`."""


class TrainingCog(commands.Cog):
    """`/admin retrain`, `rollback` and `models`, and the button that cancels a training."""

    client: Cadenza

    def answer_buttons(self) -> None:
        """Answer the button, also under messages from before a restart."""
        self.client.presses[STOP] = self.cancel_training

    async def allow(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Let owners and `ADMIN_IDS` through.

        Raises:
            RefusalError: It is somebody else.
        """
        if not await self.client.is_operator(interaction.user.id):
            raise RefusalError("refusal.owner")

    async def note(self, interaction: discord.Interaction[Cadenza], action: str, **detail: object) -> None:
        """Write down what one of them does."""
        await self.client.app.store.audit.add(interaction.user.id, action, guild_id=interaction.guild_id, **detail)

    @ADMIN.command(name=said("command.admin_retrain.name"), description=said("command.admin_retrain.about"))
    @options("model", "minutes", "activate")
    @app_commands.choices(activate=choices("activate", Activate))
    async def retrain(
        self,
        interaction: discord.Interaction[Cadenza],
        model: autocomplete.ModelText,
        minutes: app_commands.Range[int, 1, MOST_MINUTES] = 20,
        activate: str = Activate.IF_BETTER,
    ) -> None:
        """Train the next version from what people liked."""
        await self.allow(interaction)
        wanted = TrainingRequest(
            model=model,
            minutes=minutes,
            activate=Activate(activate),
            user_id=interaction.user.id,
            guild_id=interaction.guild_id,
            channel_id=interaction.channel_id or 0,
            locale=str(interaction.locale),
        )
        await self.client.app.retraining.check(wanted)
        # Promised before it begins: its progress is told in the answer.
        await self.client.promises.make(interaction, private=False)
        await self.note(interaction, "retrain", model=model, minutes=minutes, activate=activate)
        run = await self.client.app.retraining.begin(wanted)
        await self.client.training_messages.announce(interaction, run)
        self.client.promises.end(interaction.id)

    async def cancel_training(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """End a training; its message says so as soon as nothing of it is left."""
        run = number_of(argument)
        await self.allow(interaction)
        await interaction.response.defer()
        await self.note(interaction, "cancel training", run=run)
        if not self.client.app.retraining.cancel(run):
            raise RefusalError("refusal.training_over")

    @ADMIN.command(name=said("command.admin_rollback.name"), description=said("command.admin_rollback.about"))
    @options("model", "version")
    async def rollback(
        self,
        interaction: discord.Interaction[Cadenza],
        model: autocomplete.ModelText,
        version: app_commands.Range[int, 1, 2**31] | None = None,
    ) -> None:
        """Let the version before compose, or the one that is named."""
        await self.allow(interaction)

        async def go_back() -> tuple[str, int, int]:
            await self.note(interaction, "rollback", model=model, version=version)
            return await self.client.app.retraining.versions.rollback(
                model, version, by=interaction.user.id, guild_id=interaction.guild_id
            )

        name, before, now = await in_time(interaction, go_back(), private=False)
        say = sentences.sentences(interaction.locale)
        await answer(interaction, say("training.rolled_back", model=name, before=before, version=now), private=False)

    @ADMIN.command(name=said("command.admin_models.name"), description=said("command.admin_models.about"))
    async def versions(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Show all versions with parents and figures, and which one composes."""
        await self.allow(interaction)
        await in_time(interaction, self.note(interaction, "models"))
        say, catalogue = sentences.sentences(interaction.locale), self.client.app.catalogue
        live = {line.name: line for line in await catalogue.lines()}
        kept = {(line.name, version) for line in live.values() for version in line.versions}
        known = await self.client.app.store.models.known()
        text = training_texts.version_lines(known, live, kept, say, waiting=catalogue.waiting) or say("models.empty")
        embed = discord.Embed(title=say("models.title"), description=text, colour=COLOUR)
        await answer(interaction, embed=embed)

    @retrain.autocomplete("model")
    @rollback.autocomplete("model")
    async def suggest_model(
        self, interaction: discord.Interaction[Cadenza], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Installed models."""
        lines = await self.client.app.catalogue.lines()
        return autocomplete.models(lines, typed, sentences.sentences(interaction.locale))
