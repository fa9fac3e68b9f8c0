"""What is kept about a person: showing, handing over and deleting it."""

from __future__ import annotations

import asyncio
import io
from contextlib import closing
from typing import TYPE_CHECKING

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.buttons import Spec, row
from bot.discord_ui.delivery.attachment_size import ROOM
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import said
from bot.storage.export.personal_export import export_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.discord_ui.client import Cadenza
    from bot.domain.fair_share import Place
    from bot.domain.summaries import Holdings

log = structlog.stdlib.get_logger(__name__)


class PrivacyCog(commands.Cog):
    """`/privacy show`, `export` and `delete`; nobody else sees the answers."""

    privacy = app_commands.Group(
        name=said("command.privacy.name"),
        description=said("command.privacy.about"),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )

    def __init__(self, client: Cadenza) -> None:
        """Answer the button that deletes."""
        self._client = client
        self._exporting: set[int] = set()
        """People whose export is under way: one at a time each."""
        client.presses["forget"] = self.forget

    @privacy.command(name=said("command.privacy_show.name"), description=said("command.privacy_show.about"))
    async def show(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Say what is kept."""
        say = sentences.sentences(interaction.locale)
        held = await self._held(interaction)
        lines = [say("privacy.counts", things=_things(held, say)), say("privacy.training"), say("privacy.how")]
        text = "\n".join(lines) if _anything(held) else say("privacy.empty")
        embed = discord.Embed(title=say("privacy.title"), description=text, colour=COLOUR)
        await interaction.response.send_message(embed=embed, ephemeral=True)

    @privacy.command(name=said("command.privacy_export.name"), description=said("command.privacy_export.about"))
    async def export(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Hand all of it over, in as many files as it needs."""
        person = interaction.user.id
        if person in self._exporting:
            raise RefusalError("refusal.export_runs")
        self._exporting.add(person)
        try:
            with self._client.app.side_work.place(interaction.guild_id, person) as place:
                await self._client.promises.make(interaction, private=True)
                await self._hand_over(interaction, place)
        finally:
            self._exporting.discard(person)
        log.info("handed over", interaction=interaction.id)

    async def _hand_over(self, interaction: discord.Interaction[Cadenza], place: Place) -> None:
        say = sentences.sentences(interaction.locale)
        most_bytes = interaction.filesize_limit - ROOM
        database = self._client.app.database
        with closing(export_person(database, interaction.user.id, most_bytes)) as parts:
            number = 0
            while (data := await self._next_part(parts, place)) is not None:
                number += 1
                file = discord.File(io.BytesIO(data), f"cadenza-{number}.zip", description=say("file.export"))
                if number == 1:
                    await interaction.edit_original_response(content=say("privacy.export"), attachments=[file])
                else:
                    await interaction.followup.send(file=file, ephemeral=True)
        self._client.promises.end(interaction.id)

    async def _next_part(self, parts: Iterator[bytes], place: Place) -> bytes | None:
        """Read the next part in a thread, when the one before was sent: one at a time is in memory."""
        async with self._client.app.side_work.turn(place):
            return await asyncio.to_thread(next, parts, None)

    @privacy.command(name=said("command.privacy_delete.name"), description=said("command.privacy_delete.about"))
    async def delete(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Ask once more before all of it is deleted."""
        say = sentences.sentences(interaction.locale)
        held = await self._held(interaction)
        if not _anything(held):
            await interaction.response.send_message(say("privacy.empty"), ephemeral=True)
            return
        text = say("privacy.confirm", things=_things(held, say))
        view = row(say, [Spec("forget", str(interaction.user.id))])
        await interaction.response.send_message(text, view=view, ephemeral=True)

    async def forget(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:  # noqa: ARG002 - whoever presses it means herself
        """Delete all of it, with the messages that bear it."""
        await interaction.response.defer()
        held = await self._held(interaction)
        await self._client.app.orders.forget(interaction.user.id, delete=True, before_id=interaction.id)
        say = sentences.sentences(interaction.locale)
        text = say("privacy.deleted", things=_things(held, say)) if _anything(held) else say("privacy.empty")
        await interaction.edit_original_response(content=text, view=None)
        await self._client.remover.remove_due()

    async def _held(self, interaction: discord.Interaction[Cadenza]) -> Holdings:
        return await self._client.app.store.privacy.show(interaction.user.id)


def _anything(held: Holdings) -> bool:
    return bool(
        held.pieces
        or held.ratings
        or held.battle_votes
        or held.favourites
        or held.deeds
        or held.actions
        or held.has_defaults
    )


def _things(held: Holdings, say: sentences.Sentences) -> str:
    """All that is there, in a row: 3 pieces you asked for, your defaults."""
    counted = {
        "privacy.pieces": held.pieces,
        "privacy.ratings": held.ratings,
        "privacy.favourites": held.favourites,
        "privacy.deeds": held.deeds,
        "privacy.battle_votes": held.battle_votes,
        "privacy.actions": held.actions,
    }
    things = [say(key, count=count) for key, count in counted.items() if count]
    return ", ".join([*things, *([say("privacy.defaults")] if held.has_defaults else [])])
