"""Going on from music that is given: a file, or a piece of ours."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.cogs.piece_access import piece_for
from bot.discord_ui.delivery.answering import SOON
from bot.discord_ui.network import UNANSWERED
from bot.discord_ui.options.parameters import piece_options
from bot.discord_ui.options.values import read_wishes
from bot.discord_ui.ordering import acknowledge, ask, check_may_compose, order, wants_privacy
from bot.discord_ui.refusal_texts import RefusalError, request_refusal
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import choices, options, said
from bot.domain.generation import THERE
from composer.listening.recording import is_recording
from composer.music.given import THEME_OPTIONS, Theme, Treatment

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.domain.fair_share import Place
    from bot.domain.generation import Generation
    from composer.music.given import GivenMusic
    from composer.options import Wishes

LARGEST = 10_000_000
"""Bytes of a file that are fetched; `composer.reading` knows how much of each kind may be read."""

_MUSIC = (".mid", ".midi", ".rmi", ".kar", ".musicxml", ".mxl", ".xml", ".abc", ".krn")
_SOUND = (".ogg", ".mp3", ".wav", ".flac", ".m4a", ".webm")
"""Ends of the names of files that a message's menu goes on from."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be made of given music."""

    treatment: Treatment = Treatment.CONTINUATION
    alone: bool = False
    wishes: Wishes = field(default_factory=dict)
    private: bool | None = None


class ThemesCog(commands.Cog):
    """`/continue`, and the menu of a message that does the same."""

    def __init__(self, client: Cadenza) -> None:
        """Offer the menu."""
        self._client = client
        self._menu = app_commands.ContextMenu(
            name=said("command.carryon.name"),
            callback=self.continue_message,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )

    async def cog_load(self) -> None:
        """Offer the menu."""
        self._client.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the menu away."""
        self._client.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command(name=said("command.continue.name"), description=said("command.continue.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @piece_options(fields=THEME_OPTIONS)
    @app_commands.choices(treatment=choices("treatment", list(Treatment)))
    @options("file", "number", "treatment", "alone", "private")
    async def go_on(
        self,
        interaction: discord.Interaction[Cadenza],
        /,
        *,
        file: discord.Attachment | None = None,
        number: app_commands.Range[int, 1, 2**53 - 1] | None = None,
        treatment: str = Treatment.CONTINUATION,
        alone: bool = False,
        private: bool | None = None,
        **given: str | float | None,
    ) -> None:
        """Go on from a file or a piece, or make something else of it."""
        if (file is None) is (number is None):
            raise RefusalError("refusal.one_theme")
        wishes = read_wishes(given, sentences.sentences(interaction.locale))
        theme = _Wanted(Treatment(treatment), alone, wishes, private)
        if number is not None:
            await self._go_on_from_piece(interaction, number, theme)
        elif file is not None:
            await self._go_on_from_file(interaction, file, theme)

    async def continue_message(self, interaction: discord.Interaction[Cadenza], message: discord.Message) -> None:
        """Go on from the piece or the music file in a message."""
        theme = _Wanted()
        generation = await self._client.app.store.generations.by_message(message.id)
        files = [file for file in message.attachments if file.filename.lower().endswith(_MUSIC + _SOUND)]
        if generation is not None:
            await self._go_on_from_piece(interaction, generation.number, theme)
        elif files:
            await self._go_on_from_file(interaction, files[0], theme)
        else:
            raise RefusalError("refusal.no_music")

    async def _go_on_from_piece(self, interaction: discord.Interaction[Cadenza], number: int, wanted: _Wanted) -> None:
        generation = await piece_for(interaction, number)
        if generation.state not in THERE:
            raise RefusalError("refusal.not_ready", number=number)
        await check_may_compose(interaction)
        music = await self._client.app.orders.music_of(number)
        # What goes on from a private piece lets others hear it.
        private = generation.private or await wants_privacy(interaction, wanted.private)
        theme = Theme(music=music, treatment=wanted.treatment, alone=wanted.alone)
        await ask(interaction, order(interaction, private=private, wishes=wanted.wishes, theme=theme, parent=number))

    async def _go_on_from_file(
        self, interaction: discord.Interaction[Cadenza], file: discord.Attachment, wanted: _Wanted
    ) -> None:
        if file.size > LARGEST:
            raise request_refusal("", "given_large", {"megabytes": LARGEST // 1_000_000})
        await check_may_compose(interaction)
        private = await wants_privacy(interaction, wanted.private)
        with self._client.app.side_work.place(interaction.guild_id, interaction.user.id) as place:
            reading = asyncio.create_task(self._read(file, place))
            try:
                await asyncio.wait({reading}, timeout=SOON)
                # Most faults are told by then, so that no public promise has to be taken back.
                message_id = None if reading.done() else await acknowledge(interaction, private=private)
                music, was_heard = await reading
            finally:
                reading.cancel()
        theme = Theme(music=music, treatment=wanted.treatment, alone=wanted.alone)
        asked = order(interaction, private=private, wishes=wanted.wishes, theme=theme)
        await ask(interaction, asked, promised=message_id)
        await self._say_what_was_left_out(interaction, music)
        if was_heard:
            await self._show_what_was_heard(interaction, music)

    async def _read(self, file: discord.Attachment, place: Place) -> tuple[GivenMusic, bool]:
        """What is in a file, and whether it is a recording, in which it had to be heard."""
        data = await _download(file)
        return await self._client.app.orders.understand(data, place), is_recording(data)

    async def _show_what_was_heard(self, interaction: discord.Interaction[Cadenza], music: GivenMusic) -> None:
        """Whoever sang sees at once whether it was understood, and nobody else does."""
        say = sentences.sentences(interaction.locale)
        title = say("family.heard")
        png = await self._client.app.orders.draw(music, title)
        picture = discord.File(io.BytesIO(png), "heard.png", description=title)
        await interaction.followup.send(say("family.heard_so"), file=picture, ephemeral=True)

    async def _say_what_was_left_out(self, interaction: discord.Interaction[Cadenza], music: GivenMusic) -> None:
        if music.bars_left_out:
            say = sentences.sentences(interaction.locale)
            told = say(
                "family.left_out", bars=music.score.bars, count=music.bars_left_out, metre=str(music.score.metre)
            )
            await interaction.followup.send(told, ephemeral=True)


async def theme_again(interaction: discord.Interaction[Cadenza], generation: Generation) -> Theme | None:
    """The music that a piece goes on from, for another one; None where it goes on from nothing.

    Raises:
        RefusalError: It was somebody's own, and is gone; or its piece is gone, or may not be seen.
    """
    if generation.treatment is None:
        return None
    if generation.parent is None:
        raise RefusalError("refusal.theme_gone")
    parent = await piece_for(interaction, generation.parent)
    music = await interaction.client.app.orders.music_of(parent.number)
    return Theme(music=music, treatment=Treatment(generation.treatment), alone=bool(generation.alone))


async def _download(file: discord.Attachment) -> bytes:
    """The bytes of a file that somebody sent; they are on no disk of ours."""
    try:
        return await file.read()
    except UNANSWERED as error:
        raise RefusalError("refusal.file_gone") from error
