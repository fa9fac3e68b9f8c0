"""What stands in a piece's message, from the first place in line to the finished piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.discord_ui.buttons import Spec, row
from bot.discord_ui.delivery.messages import Content, Upload
from bot.discord_ui.formatting import format_length, progress_bar
from bot.discord_ui.texts.remarks import word_remark
from bot.discord_ui.texts.titles import word_title
from bot.domain.generation import Composing, Queued, Rendering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discord_ui.texts.sentences import Sentences
    from bot.domain.generation import FinishedPiece, Generation, Progress

COLOUR = discord.Colour(0xFFBE5C)
"""Colour of the melody in the picture."""

_WAITED = "wait"

_UNHEARD = 0.05
"""Share of a tempo by which a piece may miss it without a word."""


def progress_line(progress: Progress, say: Sentences) -> str:
    """How far a piece is: Composing, bar 9 of 24, and a bar that fills."""
    match progress:
        case Queued():
            return say("stage.queued", place=say.place(max(progress.position, 1)), wait=say.span(progress.wait))
        case Composing():
            line = say("stage.composing", bar=progress.bar, bars=progress.bars)
            return f"{line}\n{progress_bar(progress.bar, progress.bars)}"
        case Rendering():
            return f"{say('stage.rendering')}\n{progress_bar(1, 1)}"


def on_the_way(number: int, text: str, say: Sentences) -> Content:
    """A message about a piece that can still be cancelled."""
    return Content(text, view=row(say, [Spec("cancel", str(number))]))


def person(user_id: int | None, say: Sentences) -> str:
    """A mention, which notifies nobody; or nobody's name."""
    return f"<@{user_id}>" if user_id is not None else say("caption.nobody")


def caption(generation: Generation, piece: FinishedPiece, say: Sentences, *, repeated: bool = False) -> str:
    """One line of facts about a piece."""
    options = generation.options
    spent = {**generation.seconds_spent, **piece.seconds_spent}
    made = sum(seconds for stage, seconds in spent.items() if stage != _WAITED)
    when = generation.composed_at or generation.created_at
    return say(
        "caption.repeat" if repeated else "caption.piece",
        number=generation.number,
        title=word_title(generation.title, say),
        length=format_length(options.seconds),
        model=f"{options.model} v{options.version}",
        pace=_pace(generation.beats_per_minute, options.tempo, say),
        seed=options.seed,
        made=say.span(made),
        date=discord.utils.format_dt(when, "D"),
        person=person(generation.user_id, say),
    )


def _novelty(generation: Generation, say: Sentences) -> str | None:
    """How much of its melody was heard before; None where nobody looked."""
    if generation.shared_run is None or generation.people_run is None:
        return None
    people = say.number(generation.people_run, decimals=0)
    return say("caption.novelty", count=generation.shared_run, people=people)


def _pace(played: float | None, asked: float | None, say: Sentences) -> str:
    """The tempo, if the piece has one; and the one that was asked for, where the length did not allow it."""
    if not played:
        return ""
    tempo = say.number(played, decimals=0)
    if asked is None or abs(played / asked - 1) <= _UNHEARD:
        return say("caption.pace", tempo=tempo)
    return say("caption.another_pace", tempo=tempo, asked=say.number(asked, decimals=0))


def result(
    generation: Generation,
    piece: FinishedPiece,
    say: Sentences,
    *,
    buttons: Sequence[Spec],
    repeated: bool = False,
    fleeting: bool = False,
    note: str | None = None,
    family: str | None = None,
) -> Content:
    """The message of a finished piece.

    Args:
        generation: Generation with its title.
        piece: Its files; without sound, a sentence says why.
        say: Sentences in the reader's language.
        buttons: Buttons below it.
        repeated: Whether it was made before and is posted again.
        fleeting: Whether the message vanishes from the reader's client, which a sentence then says.
        note: Sentence to be said beside it.
        family: Line that tells what it goes on from.
    """
    files = _uploads(generation, piece, say)
    found_again = say("caption.fleeting", number=generation.number) if fleeting else None
    played = say(f"caption.network_{piece.network_share}") if piece.network_share else None
    facts = caption(generation, piece, say, repeated=repeated)
    told = [word_remark(generation.remark, say), _novelty(generation, say), played, found_again]
    lines = [facts, family, *told]
    picture = {"url": f"attachment://{files[0].name}", "description": files[0].description}
    about = {"description": "\n".join(filter(None, lines)), "color": COLOUR.value, "image": picture}
    notes = [note, None if piece.mp3 else say("caption.midi_only")]
    return Content(
        "\n".join(filter(None, notes)) or None,
        discord.Embed.from_dict(about),
        tuple(upload for upload in files if upload.data),
        row(say, buttons),
    )


def _picture_in_words(piece: FinishedPiece, title: str, bars: int | None, say: Sentences) -> str:
    if not piece.midi:
        return say("file.spectrogram", title=title)
    return say("file.picture", title=title, count=bars) if bars else say("file.barless_picture", title=title)


def _uploads(generation: Generation, piece: FinishedPiece, say: Sentences) -> list[Upload]:
    """Picture, audio and MIDI, each with what it is in words; what is empty is not sent."""
    title, name = word_title(generation.title, say), piece.file_name
    return [
        Upload(f"{name}.png", piece.png, _picture_in_words(piece, title, generation.bars, say)),
        Upload(f"{name}.mp3", piece.mp3, say("file.audio", title=title)),
        Upload(f"{name}.mid", piece.midi, say("file.midi", title=title)),
    ]
