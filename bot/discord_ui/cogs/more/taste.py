"""`/taste`: what a server likes, in words and as a picture, handed over and forgotten."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui.buttons import Spec, number_of, row
from bot.discord_ui.delivery.answering import answer, in_time
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.permissions import may_manage_server
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.translator import said
from bot.domain.taste import TasteChoice
from composer.picture.leanings import Leaning, draw_leanings
from composer.taste.learning import FEWEST_PEOPLE, FEWEST_PIECES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.taste import KeptTaste

WORDED = (
    "minor", "tempo", "density", "melody_step", "melody_range", "polyphony", "rhythm_entropy", "groove", "returns",
    "repeated_figures", "immediate_repeats", "pitch_entropy", "in_scale", "key_clarity", "dynamics", "absence",
)  # fmt: skip
"""Traits for which there are words: for more of each, and for less."""

_NAMED = 4
"""Traits that are named in the sentence."""

_FULL = 2.0
"""Weight at which a bar is as long as it can be: nats for a deviation, or for minor."""


class TasteCog(commands.Cog):
    """What a server's people like, as it was learned from their votes."""

    def __init__(self, client: Cadenza) -> None:
        """Answer the buttons."""
        self._client = client
        self._tastes = client.app.store.tastes
        client.presses |= {"tastefile": self.export, "tasteask": self.ask, "tasteforget": self.forget}

    @app_commands.command(name=said("command.taste.name"), description=said("command.taste.about"))
    @app_commands.guild_only()
    async def taste(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Show what the server likes."""
        guild_id = _guild(interaction)
        say = sentences.sentences(interaction.locale)
        server = await self._client.app.store.preferences.server(guild_id)
        kept = await self._shown(guild_id, server.taste)
        lines = [say(f"taste.by.{server.taste}")]
        if kept is None:
            _, pieces, people = await self._tastes.counts(guild_id)
            lines.append(
                say("taste.nothing", pieces=pieces, people=people, enough=FEWEST_PIECES, enough_people=FEWEST_PEOPLE)
            )
            embed = discord.Embed(title=say("taste.title"), description="\n".join(lines), colour=COLOUR)
            await answer(interaction, None, embed=embed)
            return
        leanings = leanings_of(kept, say)
        lines += _sentences(kept, leanings, say)
        embed = discord.Embed(title=say("taste.title"), description="\n".join(lines), colour=COLOUR)
        embed.set_image(url="attachment://taste.png")
        caption = say("taste.caption", votes=kept.learned.votes, pieces=kept.learned.pieces)
        picture = await asyncio.to_thread(draw_leanings, leanings, title=say("taste.title"), caption=caption)
        file = discord.File(io.BytesIO(picture), "taste.png", description=_named(leanings, say) or say("taste.unclear"))
        own = kept.guild_id is not None and may_manage_server(interaction)
        view = row(say, [Spec("tastefile", str(kept.number)), *([Spec("tasteask", str(guild_id))] if own else [])])
        await answer(interaction, None, embed=embed, file=file, view=view)

    async def _shown(self, guild_id: int, choice: str) -> KeptTaste | None:
        return await self._tastes.latest(None if choice == TasteChoice.SHARED else guild_id)

    async def export(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Hand the newest over as JSON."""
        number_of(argument)
        guild_id = _guild(interaction)
        server = await self._client.app.store.preferences.server(guild_id)
        kept = await self._shown(guild_id, server.taste)
        if kept is None:
            raise RefusalError("trouble.expired")
        told = {"number": kept.number, "learned_at": kept.fitted_at.isoformat(), **asdict(kept.learned)}
        data = f"{json.dumps(told, indent=1, sort_keys=True)}\n".encode()
        await answer(interaction, None, file=discord.File(io.BytesIO(data), "taste.json"))

    async def ask(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Ask once more before that of this server is forgotten."""
        number_of(argument)
        _check_manager(interaction)
        say = sentences.sentences(interaction.locale)
        await answer(interaction, say("taste.confirm"), view=row(say, [Spec("tasteforget", str(_guild(interaction)))]))

    async def forget(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Forget that of this server, and all votes until now with it."""
        number_of(argument)
        _check_manager(interaction)
        await in_time(interaction, self._tastes.forget(_guild(interaction), by=interaction.user.id))
        say = sentences.sentences(interaction.locale)
        await answer(interaction, say("taste.forgotten"))


def leanings_of(kept: KeptTaste, say: Sentences) -> list[Leaning]:
    """What is liked of each trait that there are words for, the surest first."""
    learned = kept.learned
    found = [
        Leaning(
            less=say(f"taste.less.{name}"),
            more=say(f"taste.more.{name}"),
            weight=learned.weights[name] / _FULL,
            deviation=learned.deviations.get(name, 0.0) / _FULL,
        )
        for name in WORDED
        if learned.weights.get(name)
    ]
    return sorted(found, key=lambda one: -abs(one.weight) / (one.deviation + 0.1))


def _sentences(kept: KeptTaste, leanings: Sequence[Leaning], say: Sentences) -> list[str]:
    learned = kept.learned
    if not learned.taken:
        return [say("taste.unclear")]
    named = _named(leanings, say)
    if kept.guild_id is None:
        return [say("taste.shared", things=named)]
    return [
        say("taste.liked", things=named, count=round(learned.surer)),
        say(
            "taste.learned",
            votes=learned.votes,
            people=learned.people,
            pieces=learned.pieces,
            share=round(100 * learned.shrinkage),
        ),
    ]


def _named(leanings: Sequence[Leaning], say: Sentences) -> str:
    """The clearest in words: slow tempos, minor keys, wide leaps."""
    clear = [one for one in leanings if one.is_clear][:_NAMED] or list(leanings[:1])
    return say("taste.comma").join(one.more if one.weight > 0 else one.less for one in clear)


def _guild(interaction: discord.Interaction[Cadenza]) -> int:
    if interaction.guild_id is None:
        raise RefusalError("refusal.server_only")
    return interaction.guild_id


def _check_manager(interaction: discord.Interaction[Cadenza]) -> None:
    if not may_manage_server(interaction):
        raise RefusalError("refusal.manage_server")
