"""Battles: two pieces for one request, heard blind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui import autocomplete
from bot.discord_ui.battles.battle_message import name_of, word_choice
from bot.discord_ui.buttons import number_of
from bot.discord_ui.cogs.piece_access import piece_for
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.delivery.piece_message import person
from bot.discord_ui.options.parameters import piece_options
from bot.discord_ui.options.values import read_wishes
from bot.discord_ui.ordering import ask, order
from bot.discord_ui.permissions import is_hidden, may_delete
from bot.discord_ui.piece_menu import MenuEntry
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import options, said
from bot.domain.battle import Choice
from bot.domain.generation import THERE

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.domain.battle import Ballot
    from bot.domain.generation import Generation
    from composer.options import Wishes


class BattlesCog(commands.Cog):
    """`/battle`, the button that begins one about a piece, and the buttons of a battle."""

    def __init__(self, client: Cadenza) -> None:
        """Answer the buttons, and offer one below every piece."""
        self._client = client
        client.presses |= {"battle": self.about_piece, "pick": self.pick, "verdict": self.verdict}
        client.menu.add(MenuEntry("battle", offered=_anywhere, below=True))

    @app_commands.command(name=said("command.battle.name"), description=said("command.battle.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @piece_options()
    @options("against")
    @app_commands.autocomplete(against=autocomplete.suggest_models)
    async def battle(
        self,
        interaction: discord.Interaction[Cadenza],
        /,
        *,
        against: autocomplete.ModelText | None = None,
        **given: str | float | None,
    ) -> None:
        """Compose two pieces for one request, by two models, and post both blind."""
        wishes = read_wishes(given, sentences.sentences(interaction.locale))
        await self._begin(interaction, wishes, against)

    async def about_piece(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Let whoever composed a piece meet another with the same request: NUMBER."""
        generation = await piece_for(interaction, number_of(argument))
        if generation.treatment is not None:
            raise RefusalError("refusal.battle_theme")
        wishes = generation.options.wishes_for_another()
        if wishes["model"] not in self._client.app.catalogue.names():
            del wishes["model"]
        await self._begin(interaction, wishes, None)

    async def _begin(
        self, interaction: discord.Interaction[Cadenza], wishes: Wishes, against: str | None
    ) -> Generation:
        wanted = order(interaction, private=is_hidden(interaction), wishes=wishes)
        accept = partial(self._client.app.battles.accept, against=against)
        return await ask(interaction, wanted, accept=accept)

    async def pick(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Note what a person says of a battle, and tell her who composed what: NUMBER:CHOICE."""
        number, _, said_choice = argument.partition(":")
        if said_choice not in {choice.value for choice in Choice}:
            raise RefusalError("trouble.expired")
        first = await piece_for(interaction, number_of(number), even_blind=True)
        battles = self._client.app.store.battles
        vote = battles.vote(first.number, interaction.user.id, Choice(said_choice), guild_id=interaction.guild_id)
        ballot = await in_time(interaction, vote)
        if ballot is None:
            raise RefusalError("refusal.number", number=first.number)
        await answer(interaction, await self._told(interaction, ballot))
        if ballot.is_new:
            await self._client.battle_board.voted(ballot.battle)

    async def _told(self, interaction: discord.Interaction[Cadenza], ballot: Ballot) -> str:
        """What counts of that person, and the names, which are no secret from whoever voted."""
        contestants = await self._client.app.store.battles.contestants(ballot.battle.number)
        if contestants is None:
            raise RefusalError("refusal.number", number=ballot.battle.second)
        say = sentences.sentences(interaction.locale)
        names = dict(zip("ab", (name_of(one, say) for one in contestants), strict=True))
        if ballot.choice is None:
            if ballot.battle.is_open:
                raise RefusalError("refusal.blocked")
            return say("battle.over", **names)
        key = "battle.thanks" if ballot.is_new else "battle.stands"
        return say(key, choice=word_choice(ballot.choice, say), **names)

    async def verdict(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """End a battle before its time: whoever asked for it may, and whoever manages messages there."""
        first = await piece_for(interaction, number_of(argument), even_blind=True)
        if first.state not in THERE:
            raise RefusalError("refusal.number", number=first.number)
        if not may_delete(interaction, first.user_id):
            say = sentences.sentences(interaction.locale)
            raise RefusalError("refusal.battle_not_yours", person=person(first.user_id, say))
        await interaction.response.defer()
        await self._client.battle_board.end(first.number)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """End a battle whose message is gone; its votes stand."""
        await self._gone(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """End the battles whose messages are gone."""
        for message_id in payload.message_ids:
            await self._gone(message_id)

    async def _gone(self, message_id: int) -> None:
        battles = self._client.app.store.battles
        # Most messages that people delete are none of ours, and reading is cheaper than writing.
        if await battles.by_message(message_id) is not None:
            await battles.message_gone(message_id)


async def _anywhere(_guild_id: int | None) -> bool:
    return True
