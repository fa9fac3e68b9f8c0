"""Pieces in voice channels: `/play`, `/radio`, `/stop`, and their buttons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.buttons import number_of, row
from bot.discord_ui.channel_rule import is_for_all
from bot.discord_ui.cogs.piece_access import known_pieces, piece_for
from bot.discord_ui.ordering import acknowledge, check_may_compose, order
from bot.discord_ui.piece_menu import MenuEntry
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.titles import word_title
from bot.discord_ui.texts.translator import options, said
from bot.discord_ui.voice.panel import BUTTONS, RadioPanel
from bot.discord_ui.voice.places import channel_of, check_may_decide, is_anybody_in_voice, is_in_voice
from bot.discord_ui.voice.players import VoicePlayers
from bot.discord_ui.voice.radio import Radio
from bot.domain.generation import ON_THE_WAY, WRITTEN

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.voice.player import VoicePlayer
    from bot.domain.generation import Generation


class VoiceCog(commands.Cog):
    """Plays to people who are in a voice channel.

    Attributes:
        players: Where the bot plays.
    """

    def __init__(self, client: Cadenza) -> None:
        """Answer the buttons."""
        self._client = client
        self.players = VoicePlayers(client.app)
        client.presses |= {"listen": self.listen, "skip": self.skip, "silence": self.silence}
        client.menu.add(
            MenuEntry("listen", self._somebody_could_listen, below=True), MenuEntry("listen", _everywhere, _is_in_voice)
        )

    async def cog_unload(self) -> None:
        """Leave all channels: the bot is about to end."""
        await self.players.close()

    async def _somebody_could_listen(self, guild_id: int | None) -> bool:
        """Whether somebody is in a voice channel of a server: all see one button, whoever it is."""
        guild = self._client.get_guild(guild_id) if guild_id is not None else None
        return guild is not None and is_anybody_in_voice(guild)

    @app_commands.command(name=said("command.play.name"), description=said("command.play.about"))
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @options("number")
    async def play(
        self, interaction: discord.Interaction[Cadenza], number: app_commands.Range[int, 1, 2**53 - 1]
    ) -> None:
        """Play a piece in the person's voice channel."""
        await self._play(interaction, await piece_for(interaction, number))

    @play.autocomplete("number")
    async def suggest_number(
        self, interaction: discord.Interaction[Cadenza], typed: str
    ) -> list[app_commands.Choice[int]]:
        """Pieces that the person may see here, by number and title."""
        return await known_pieces(interaction, str(typed), guild_id=interaction.guild_id)

    async def listen(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Play the piece whose menu it is: NUMBER."""
        await self._play(interaction, await piece_for(interaction, number_of(argument)))

    async def _play(self, interaction: discord.Interaction[Cadenza], generation: Generation) -> None:
        if generation.state not in WRITTEN:
            reason = "refusal.not_ready" if generation.state in ON_THE_WAY else "refusal.number"
            raise RefusalError(reason, number=generation.number)
        channel, number, person = channel_of(interaction), generation.number, interaction.user.id
        private = generation.private or not await is_for_all(interaction)
        await self._client.promises.make(interaction, private=private)
        await self.players.prepare(number, guild_id=channel.guild.id, user_id=person)
        before = (await self.players.join(channel, person)).add(number)
        say = sentences.sentences(interaction.locale)
        told = {"number": number, "title": word_title(generation.title, say), "channel": channel.mention}
        text = say("voice.queued", place=say.place(before + 1), **told) if before else say("voice.playing", **told)
        await interaction.edit_original_response(content=text, view=row(say, BUTTONS))
        self._client.promises.end(interaction.id)

    @app_commands.command(name=said("command.radio.name"), description=said("command.radio.about"))
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def radio(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Play what this server likes best, and new pieces in between, until nobody listens."""
        channel = channel_of(interaction)
        await check_may_compose(interaction)
        message_id = await acknowledge(interaction, private=False)
        player = await self.players.join(channel, interaction.user.id)
        say = sentences.sentences(interaction.locale)
        text = say("voice.radio", channel=channel.mention)
        message = await interaction.edit_original_response(content=text, view=row(say, BUTTONS))
        self._client.promises.end(interaction.id)
        await self._tune_in(interaction, player, message_id or message.id)

    async def _tune_in(self, interaction: discord.Interaction[Cadenza], player: VoicePlayer, message_id: int) -> None:
        """Let a radio choose what the player plays, and the message tell it."""
        app, say = self._client.app, sentences.sentences(interaction.locale)
        where = self._client.get_partial_messageable(interaction.channel_id or 0)
        # New pieces are posted by the bot's own token: the radio may play for hours.
        wanted = replace(order(interaction, private=False, wishes={}), reply_token=None)
        radio = Radio(app, wanted, player.channel.guild.id, pause=self.players.pause)
        message = where.get_partial_message(message_id)
        panel = RadioPanel(message, app.store.generations, player, say, ended=radio.end)
        await player.tune_in(radio.choose, panel.tell)

    @app_commands.command(name=said("command.stop.name"), description=said("command.stop.about"))
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def stop(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Leave the voice channel."""
        await self._stop(interaction)

    async def silence(self, interaction: discord.Interaction[Cadenza], _argument: str) -> None:
        """Leave the voice channel; the button of `/stop`."""
        await self._stop(interaction)

    async def _stop(self, interaction: discord.Interaction[Cadenza]) -> None:
        player = self._player(interaction)
        where = player.channel.mention
        await interaction.response.defer(ephemeral=not await is_for_all(interaction), thinking=True)
        await player.stop()
        await interaction.edit_original_response(content=_say(interaction)("voice.stopped", channel=where))

    async def skip(self, interaction: discord.Interaction[Cadenza], _argument: str) -> None:
        """Count a vote against the piece that sounds."""
        player = self._player(interaction)
        say = _say(interaction)
        if player.playing is None:
            raise RefusalError("refusal.voice_silent")
        missing = player.vote_to_skip(interaction.user.id)
        text = say("voice.skip_votes", count=missing) if missing else say("voice.skipped")
        await interaction.response.send_message(text, ephemeral=True)

    def _player(self, interaction: discord.Interaction[Cadenza]) -> VoicePlayer:
        """The player of this server, about which the person may decide.

        Raises:
            RefusalError: There is none, or the person does not listen.
        """
        player = self.players.at(interaction.guild_id)
        if player is None:
            raise RefusalError("refusal.voice_silent")
        check_may_decide(interaction, player)
        return player

    @commands.Cog.listener()
    async def on_voice_state_update(
        self, member: discord.Member, _before: discord.VoiceState, _after: discord.VoiceState
    ) -> None:
        """See whether anybody still listens."""
        self.players.somebody_moved(member)


async def _everywhere(guild_id: int | None) -> bool:
    return guild_id is not None


async def _is_in_voice(interaction: discord.Interaction[Cadenza], generation: Generation) -> bool:
    return generation.state in WRITTEN and is_in_voice(interaction)


def _say(interaction: discord.Interaction[Cadenza]) -> sentences.Sentences:
    return sentences.sentences(interaction.locale)
