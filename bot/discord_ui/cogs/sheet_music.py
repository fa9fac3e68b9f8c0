"""The button that shows the sheet music of a piece, and those that turn its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.discord_ui.buttons import Spec, number_of, pages, row
from bot.discord_ui.cogs.piece_access import piece_for
from bot.discord_ui.delivery.attachment_size import ROOM
from bot.discord_ui.delivery.messages import Upload
from bot.discord_ui.delivery.piece_message import COLOUR
from bot.discord_ui.refusal_texts import RefusalError
from bot.discord_ui.texts import sentences
from bot.discord_ui.texts.remarks import word_chords, word_remark
from bot.discord_ui.texts.titles import word_key, word_title
from bot.domain.generation import ON_THE_WAY, WRITTEN
from bot.pipeline.captions import file_name
from composer.errors import RenderError

if TYPE_CHECKING:
    from bot.discord_ui.client import Cadenza
    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.generation import Generation
    from composer.sheet_music.sheet import SheetMusic

_FOOTER = 2048
"""Letters that Discord takes below a picture."""


class SheetMusicCog(commands.Cog):
    """The button below each piece. What it shows, the person alone sees."""

    def __init__(self, client: Cadenza) -> None:
        """Answer the button."""
        self._client = client
        client.presses["score"] = self.show

    async def show(self, interaction: discord.Interaction[Cadenza], argument: str) -> None:
        """Answer with the first page, or turn to a page of all, with the PDF: NUMBER or NUMBER:PAGE."""
        number, turned, page = argument.partition(":")
        wanted = number_of(page) if turned else 0
        generation = await piece_for(interaction, number_of(number))
        _check(generation)
        with self._client.app.side_work.place(interaction.guild_id, interaction.user.id) as place:
            if turned:
                await interaction.response.defer()
            else:
                await self._client.promises.make(interaction, private=True)
            try:
                sheet = await self._client.app.sheets.sheet_music(generation.number, place, whole=bool(turned))
            except RenderError as error:
                raise RefusalError("refusal.long_score", number=generation.number) from error
        say = sentences.sentences(interaction.locale)
        shown = min(wanted, len(sheet.pages) - 1)
        await self._bring(interaction, generation, sheet, shown, say)
        self._client.promises.end(interaction.id)

    @staticmethod
    async def _bring(
        interaction: discord.Interaction[Cadenza], generation: Generation, sheet: SheetMusic, page: int, say: Sentences
    ) -> None:
        uploads = _uploads(generation, sheet, page, say)
        fitting = list(_fitting(uploads, interaction.filesize_limit - ROOM))
        about = {
            "description": _above(generation, sheet, page, say),
            "color": COLOUR.value,
            "image": {"url": f"attachment://{uploads[0].name}", "description": uploads[0].description},
            "footer": {"text": _below(generation, sheet, page, say)},
        }
        number = str(generation.number)
        buttons = pages("score", number, page=page, more=page + 1 < sheet.count)
        if not sheet.whole:
            buttons.append(Spec("score", f"{number}:{page}", label=say("score.pdf")))
        await interaction.edit_original_response(
            content=None if len(fitting) == len(uploads) else say("score.large"),
            embed=discord.Embed.from_dict(about),
            attachments=[upload.file() for upload in fitting],
            view=row(say, buttons) if buttons else None,
        )


def _check(generation: Generation) -> None:
    """Refuse what is not there yet, and what has no bars: sound, and music without metre."""
    if generation.state not in WRITTEN:
        reason = "refusal.not_ready" if generation.state in ON_THE_WAY else "refusal.number"
        raise RefusalError(reason, number=generation.number)
    if not generation.bars:
        raise RefusalError("refusal.no_score", number=generation.number)


def _above(generation: Generation, sheet: SheetMusic, page: int, say: Sentences) -> str:
    """What stands above the page: title, number, and which page it is."""
    title = say("score.title", title=word_title(generation.title, say), number=generation.number)
    if sheet.count == 1:
        return title
    return f"{title} · {say('score.page_of', page=page + 1, pages=sheet.count)}"


def _below(generation: Generation, sheet: SheetMusic, page: int, say: Sentences) -> str:
    """What stands below the page: key, metre, form, and the chords on it, as far as they are known."""
    remark = word_remark(generation.remark, say)
    facts = " · ".join(filter(None, (word_key(generation.chosen_key, say), generation.chosen_metre, remark)))
    chords = word_chords(sheet.chords[page], say) if sheet.chords else ""
    text = "\n".join(filter(None, (facts, chords)))
    return text if len(text) <= _FOOTER else f"{text[: _FOOTER - 1]}…"


def _uploads(generation: Generation, sheet: SheetMusic, page: int, say: Sentences) -> list[Upload]:
    """The page, the whole to print if it was drawn, and the whole for notation programs, each with what it is."""
    title, name = word_title(generation.title, say), file_name(generation)
    printed = Upload(f"{name}.pdf", sheet.pdf, say("file.score", title=title))
    return [
        Upload(f"{name}-{page + 1}.png", sheet.pages[page], say("file.score_page", title=title, page=page + 1)),
        *([printed] if sheet.pdf else []),
        Upload(f"{name}.musicxml", sheet.musicxml, say("file.notation", title=title)),
    ]


def _fitting(uploads: list[Upload], most_bytes: int) -> list[Upload]:
    """Those that Discord takes together; the first ones go first."""
    kept: list[Upload] = []
    for upload in uploads:
        if sum(len(each.data) for each in [*kept, upload]) <= most_bytes:
            kept.append(upload)
    return kept
