"""Lists: the best pieces, one's own, the models."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_ui import autocomplete
from bot.discord_ui.battles.battle_message import name_of
from bot.discord_ui.buttons import Spec, pages
from bot.discord_ui.channel_rule import is_for_all
from bot.discord_ui.cogs.piece_access import asked_by
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.formatting import format_length, format_votes
from bot.discord_ui.lists.list_message import ROWS, ListRow, list_view
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.titles import word_title
from bot.discord_ui.texts.translator import choices, options, said
from bot.domain.battle import Contestant
from bot.domain.generation import THERE
from bot.storage.charts import LEAST_VOTES, Chart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.generation import Generation
    from bot.domain.standing_table import Strength
    from bot.domain.summaries import ModelLine, Ranked, Tally

PERIODS = {"day": 1, "week": 7, "month": 30, "year": 365, "all": None}
"""Days back."""

_TASTES = 4
"""Lines about the server's taste below the table of engines."""

_PAGE = re.compile(r"[0-9]{1,6}")
_TOP_PAGE = re.compile(rf"(?P<period>\w+):(?P<model>[^:]*):(?P<language>[a-z]+):(?P<page>{_PAGE.pattern})")


class ListsCog(commands.Cog):
    """`/top`, `/history` and `/models`."""

    top = app_commands.Group(
        name=said("command.top.name"),
        description=said("command.top.about"),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )

    def __init__(self, client: Cadenza) -> None:
        """Answer the buttons that turn pages."""
        self._client = client
        client.presses |= {"top": self.turn_top, "history": self.turn_history}

    @top.command(name=said("command.top_pieces.name"), description=said("command.top_pieces.about"))
    @options("period", "model")
    @app_commands.choices(period=choices("period", PERIODS))
    async def top_pieces(
        self,
        interaction: discord.Interaction[Cadenza],
        period: str = "all",
        model: autocomplete.ModelText | None = None,
    ) -> None:
        """Show the best pieces of this server, in direct messages one's own and those from there."""
        if model is not None:
            model = self._client.app.catalogue.engine(model).identity.name
        view = await self._top_page(interaction, period, model, 0, sentences.sentences(interaction.locale))
        await interaction.response.send_message(view=view, ephemeral=not await is_for_all(interaction))

    @top.command(name=said("command.top_engines.name"), description=said("command.top_engines.about"))
    async def top_engines(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Show who wins battles.

        Battles are few: their table is of all servers and of all time. How this server's own taste fares in battles
        stands below it, and on no other server.
        """
        say, hidden = sentences.sentences(interaction.locale), not await is_for_all(interaction)
        table = await self._client.app.battles.standings()
        tastes = await self._client.app.battles.taste_standings(interaction.guild_id)
        here = [ListRow(_taste_row(line, say)) for line in tastes.strengths[:_TASTES]]
        most = ROWS - len(here)
        rows = [ListRow(standing_row(line, place, say)) for place, line in enumerate(table.strengths[:most], 1)]
        rows += here
        note = say("top.engines_note" if rows else "top.engines_empty")
        await interaction.response.send_message(
            view=list_view(say, say("top.engines"), rows, note=note), ephemeral=hidden
        )

    @top_pieces.autocomplete("model")
    async def suggest_model(
        self, interaction: discord.Interaction[Cadenza], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Installed models."""
        lines = await self._client.app.catalogue.lines()
        return autocomplete.models(lines, typed, sentences.sentences(interaction.locale))

    async def turn_top(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Turn to a page: period, model, language of the list, page. Whoever presses, the list stays whose it is."""
        match = _TOP_PAGE.fullmatch(argument)
        if match is None or match["period"] not in PERIODS:
            raise RefusalError("trouble.expired")
        say = sentences.sentences(match["language"])
        view = await self._top_page(interaction, match["period"], match["model"] or None, int(match["page"]), say)
        await interaction.response.edit_message(view=view)

    async def _top_page(
        self, interaction: discord.Interaction[Cadenza], period: str, model: str | None, page: int, say: Sentences
    ) -> discord.ui.LayoutView:
        chart = _chart(interaction, PERIODS[period], model)
        found = await self._client.app.store.ratings.top(chart, offset=page * ROWS, limit=ROWS + 1)
        rows = [_top_row(ranked, page * ROWS + index, say) for index, ranked in enumerate(found[:ROWS], 1)]
        return list_view(
            say,
            f"{say('top.title')} · {say(f'period.{period}')}",
            rows,
            note=None if rows else say("top.empty", votes=LEAST_VOTES),
            turning=pages("top", f"{period}:{model or ''}:{say.language}", page=page, more=len(found) > ROWS),
        )

    @app_commands.command(name=said("command.history.name"), description=said("command.history.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def history(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Show the person's pieces to her alone."""
        await interaction.response.send_message(view=await self._history_page(interaction, 0), ephemeral=True)

    async def turn_history(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Turn to a page; nobody else sees the list."""
        prefix, _, page = argument.partition(":")
        if prefix != "page" or not _PAGE.fullmatch(page):
            raise RefusalError("trouble.expired")
        await interaction.response.edit_message(view=await self._history_page(interaction, int(page)))

    async def _history_page(self, interaction: discord.Interaction[Cadenza], page: int) -> discord.ui.LayoutView:
        say, store = sentences.sentences(interaction.locale), self._client.app.store
        found = await store.generations.history(interaction.user.id, offset=page * ROWS, limit=ROWS)
        last = max(0, await store.generations.count(interaction.user.id) - 1) // ROWS
        rows = [_history_row(one, await store.ratings.tally(one.number), say) for one in found]
        note = say("history.page", page=page + 1, pages=last + 1) if last else None
        return list_view(
            say,
            say("history.title"),
            rows,
            note=note if rows else say("history.empty"),
            turning=pages("history", "page", page=page, more=page < last),
        )

    @app_commands.command(name=said("command.models.name"), description=said("command.models.about"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def models(self, interaction: discord.Interaction[Cadenza]) -> None:
        """Show which models there are: what each is good for, how it is liked, and which composes by default."""
        say, app = sentences.sentences(interaction.locale), self._client.app
        default = await app.orders.usual_model(interaction.user.id, interaction.guild_id)
        strengths = {line.contestant: line for line in (await app.battles.standings()).strengths}
        lines = [_model_row(line, default, strengths, say) for line in await app.catalogue.lines()]
        lines += [say("models.pair", name=name, model=model) for name, model in app.catalogue.pairs().items()]
        text = "\n".join([*lines, say("models.hint", name=default)]) if lines else say("models.empty")
        embed = discord.Embed(title=say("models.title"), description=text, colour=COLOUR)
        await interaction.response.send_message(embed=embed, ephemeral=True)


def _chart(interaction: discord.Interaction[Cadenza], days: int | None, model: str | None) -> Chart:
    """Pieces that everybody who reads the list may see, and of direct messages also those of whoever asked for it."""
    direct = interaction.guild_id is None
    return Chart(
        since=discord.utils.utcnow() - timedelta(days=days) if days is not None else None,
        model=model,
        guild_id=interaction.guild_id,
        user_id=asked_by(interaction) if direct else None,
        channel_id=interaction.channel_id if direct else None,
    )


def _top_row(ranked: Ranked, place: int, say: Sentences) -> ListRow:
    number = str(ranked.generation.number)
    text = say("top.row", place=place, votes=format_votes(ranked.tally, say), **_of(ranked.generation, say))
    return ListRow(text, Spec("play", number))


def _history_row(generation: Generation, tally: Tally, say: Sentences) -> ListRow:
    length = format_length(generation.options.seconds)
    text = say("history.row", votes=format_votes(tally, say), length=length, **_of(generation, say))
    return ListRow(text, Spec("play", str(generation.number)) if generation.state in THERE else None)


def _of(generation: Generation, say: Sentences) -> dict[str, Any]:
    return {
        "number": generation.number,
        "title": word_title(generation.title, say) or say(f"state.{generation.state.value}"),
        "model": f"{generation.options.model} v{generation.options.version}",
    }


def _model_row(line: ModelLine, default: str, strengths: Mapping[Contestant, Strength], say: Sentences) -> str:
    about = f"models.good_for.{line.name}"
    known = strengths.get(Contestant(line.name, line.version))
    row = say(
        "models.default_row" if line.name == default else "models.row",
        name=line.name,
        about=say(about if about in say else "models.good_for.added"),
        votes=format_votes(line.tally, say),
        styles=", ".join(say(f"style.{style}") for style in line.styles),
        version=line.version,
    )
    return row if known is None else f"{row}\n{say('battle.standing', **_shares(known, say))}"


def standing_row(line: Strength, place: int, say: Sentences) -> str:
    """A line of the standing table."""
    return say("top.engines_row", place=place, model=line.contestant, **_shares(line, say))


def _taste_row(line: Strength, say: Sentences) -> str:
    """A line about a taste of this server, in battles here."""
    return say("top.taste_row", name=name_of(line.contestant, say), **_shares(line, say))


def _shares(line: Strength, say: Sentences) -> dict[str, str]:
    shares = {"share": line.share, "low": line.low, "high": line.high}
    told = {name: say("number.share", value=round(100 * share)) for name, share in shares.items()}
    return {**told, "votes": say("battle.counted", count=line.votes)}
